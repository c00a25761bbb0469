package casework

// Corners are a page's corners in a picture's pixels, as one sees them: top
// left, top right, bottom right, bottom left. The point 0,0 is the picture's
// own corner, not its first pixel's middle.
type Corners [4]Corner

// Corner is a place in a picture; it may lie between pixels.
type Corner struct{ X, Y float64 }

// PhotoOf says what an item's photo is of, and so which camera takes it and what
// becomes of the picture.
type PhotoOf string

// What a photo is of.
const (
	OfPerson   PhotoOf = "person"   // the citizen at the counter
	OfDocument PhotoOf = "document" // a page that the citizen brought: cut out along its corners
)
