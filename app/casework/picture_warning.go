package casework

// PictureWarning is what is wrong with a camera's picture that can be taken anew;
// the texts under "picture." say what to do. It is a word for the clerk and
// forbids nothing.
type PictureWarning string

// The warnings.
const (
	PictureBlank     PictureWarning = "blank"      // one colour: a covered lens, nothing in front of it
	PictureTooDark   PictureWarning = "too-dark"   // not even the brightest parts are bright
	PictureTooBright PictureWarning = "too-bright" // much of it is white without a trace
	PictureBlurred   PictureWarning = "blurred"    // no edge in it is sharp
)

// PictureWarnings returns all of them, the most important first.
func PictureWarnings() []PictureWarning {
	return []PictureWarning{PictureBlank, PictureTooDark, PictureTooBright, PictureBlurred}
}
