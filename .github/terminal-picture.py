#!/usr/bin/env python3
"""Draws a terminal session as SVG, for the README.

    script -qec 'stty cols 112; .build/release/slipface demo --force --color always' /dev/null \
      | .github/terminal-picture.py '.build/release/slipface demo' > .github/first-run.svg

Reads the output with its colour codes from standard input; the argument is the command shown
above it. A line that was drawn over by a carriage return shows what was drawn last.
"""
import html
import re
import sys

COLUMN, LINE, MARGIN = 7.8, 18, 16
COLOURS = {
    "31": "#e06c75", "32": "#98c379", "33": "#e5c07b", "34": "#61afef", "35": "#c678dd",
    "36": "#56b6c2", "90": "#7f848e",
}


def pieces(line):
    """Yields (column, text, colour, bold, dim) for each run of equal style."""
    colour, bold, dim, column = None, False, False, 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not code:
            if part:
                yield column, part, colour, bold, dim
            column += len(part)
            continue
        for number in code.group(1).split(";") or ["0"]:
            if number in ("", "0"):
                colour, bold, dim = None, False, False
            elif number == "1":
                bold = True
            elif number == "2":
                dim = True
            elif number in COLOURS:
                colour = COLOURS[number]


def lines(text):
    for line in text.replace("\r\n", "\n").split("\n"):
        line = re.sub(r"\x1b\[[0-9;?]*[A-LN-Za-ln-z]", "", line)
        yield next((part for part in reversed(line.split("\r")) if part.strip()), "")


def main():
    rows = [f"\x1b[32m$\x1b[0m \x1b[1m{sys.argv[1]}\x1b[0m"] + list(lines(sys.stdin.read()))
    while not rows[-1].strip():
        rows.pop()
    width = max(len(re.sub(r"\x1b\[[0-9;]*m", "", row)) for row in rows)
    right, bottom = width * COLUMN + 2 * MARGIN, len(rows) * LINE + 2 * MARGIN
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right:.0f} {bottom:.0f}" '
        f'width="{right:.0f}" height="{bottom:.0f}" role="img">'
        f"<title>Output of {html.escape(sys.argv[1])}</title>"
        f'<rect width="100%" height="100%" rx="8" fill="#1e2127"/>'
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" '
        'font-size="13" fill="#dcdfe4" xml:space="preserve">'
    )
    for number, row in enumerate(rows):
        for column, text, colour, bold, dim in pieces(row):
            if not text.strip():
                continue
            style = f' fill="{colour}"' if colour else ""
            style += ' font-weight="bold"' if bold else ""
            style += ' opacity="0.65"' if dim else ""
            x, y = MARGIN + column * COLUMN, MARGIN + (number + 0.75) * LINE
            # The length pins the columns whatever font the reader has.
            print(
                f'<text x="{x:.1f}" y="{y:.1f}" textLength="{len(text) * COLUMN:.1f}" '
                f'lengthAdjust="spacingAndGlyphs"{style}>{html.escape(text)}</text>'
            )
    print("</g></svg>")


main()
