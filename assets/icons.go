package assets

import _ "embed"

var (
	//go:embed icons/counterfoil.png
	icon []byte
	//go:embed icons/counterfoil.svg
	iconSVG []byte
)

// Icon returns the application's icon, a PNG of 256 × 256 pixels. The bytes are
// shared: they must not be written to.
func Icon() []byte { return icon }

// IconSVG returns the drawing that Icon was made from. The bytes are shared:
// they must not be written to.
func IconSVG() []byte { return iconSVG }
