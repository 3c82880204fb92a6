"""The land account: opening + delivered + freed − taken up − released = closing, each year, in each draw."""
