"""The one way to a language model: remembered, prepared or asked, and paid for either way by a stated rule."""
