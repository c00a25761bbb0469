"""Writes the two font files of this folder: see README.md for what and why.

usage: subset.py NotoSansSC_400Regular.ttf NotoSansSC_700Bold.ttf
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# What a user interface needs beside Chinese; what the font lacks is left out.
SYMBOLS = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1, Latin Extended-A
    (0x2000, 0x206F),  # general punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x214F),  # letterlike
    (0x2150, 0x21FF),  # number forms, arrows
    (0x2200, 0x23FF),  # mathematical, technical
    (0x2460, 0x27BF),  # enclosed, box, block, geometric, miscellaneous, dingbats
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFE30, 0xFE4F),  # vertical and compatibility forms
    (0xFF00, 0xFFEF),  # full width
]

# The characters of 通用规范汉字表 (2013) outside GBK: in Extension A these; from
# Extension B on and above U+9FA5 everything that the font has.
EXTENSION_A = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃"
    "䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)


def codec(name, low, high):
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(low, high):
            try:
                found.add(ord(bytes([lead, trail]).decode(name)))
            except (UnicodeDecodeError, TypeError):
                pass
    return found


def write(source, target, wanted):
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    font = TTFont(source)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted & set(font.getBestCmap()))
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same input gives the same bytes
    font.recalcTimestamp = False
    font.save(target)


def main():
    regular, bold = sys.argv[1:3]
    symbols = {c for low, high in SYMBOLS for c in range(low, high + 1)}
    rare = {c for c in TTFont(regular).getBestCmap() if c > 0x9FA5 and (c <= 0x9FFF or c >= 0x20000)}
    write(regular, "NotoSansSC-Regular.ttf", symbols | codec("gbk", 0x40, 0xFF) | rare | {ord(c) for c in EXTENSION_A})
    write(bold, "NotoSansSC-Bold.ttf", symbols | codec("gb2312", 0xA1, 0xFF))


main()
