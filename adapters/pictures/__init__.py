"""Draws pictures with Pillow, in a thread, after the transaction that wants them: implements the port `Painter`."""

from core.chat.chart import Bars, Picture


class PillowPainter:
    """`core.ports.Painter`: a chart or bars as PNG, dark on any theme, in words that a phone can show."""

    def paint(self, picture: Picture) -> bytes:
        """The bytes of a PNG. Pillow is imported with the first picture, because most starts draw none."""
        if isinstance(picture, Bars):
            from adapters.pictures import bars

            return bars.paint(picture)
        from adapters.pictures import chart

        return chart.paint(picture)
