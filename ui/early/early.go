// Package early sets what Fyne reads from the environment while it is being
// initialised, and so must depend on nothing: Go initialises it before Fyne,
// because its path sorts first and it has no imports of its own to wait for.
//
// FYNE_CACHE is how long Fyne keeps a painted texture that nobody shows any
// more, a minute by default. A desk shows a new picture of the pad, of the ink
// and of the camera many times a second; kept for a minute they cost hundreds of
// megabytes in a busy hour. Setting it in the desktop entry was the alternative:
// refused, because a program started otherwise would then grow.
//
// It must do nothing else.
package early

import "os"

const textures = "FYNE_CACHE"

func init() {
	if os.Getenv(textures) == "" {
		os.Setenv(textures, "5s")
	}
}
