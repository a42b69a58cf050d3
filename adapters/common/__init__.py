"""What every platform's adapter needs and no platform owns: cutting long text, pacing a stream, asking over HTTP."""
