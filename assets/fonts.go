package assets

import _ "embed"

// Each file is a variable of its own, so that a program that never asks for the
// fonts (the centre) is linked without them.
var (
	//go:embed fonts/NotoSansSC-Regular.ttf
	regular []byte
	//go:embed fonts/NotoSansSC-Bold.ttf
	bold []byte
)

// Regular returns the regular weight of Noto Sans SC as TrueType: GBK, the rest
// of 通用规范汉字表 (for people's names) and the symbols of a user interface. The
// bytes are shared, 7.7 MB: they must not be written to.
func Regular() []byte { return regular }

// Bold returns the bold weight of Noto Sans SC as TrueType: GB2312 and the same
// symbols. Values from licences belong in Regular, which knows rare characters.
// The bytes are shared, 2.3 MB: they must not be written to.
func Bold() []byte { return bold }
