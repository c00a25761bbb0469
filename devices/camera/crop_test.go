package camera

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"counterfoil/app/casework"
)

// onDesk draws a page with print, seen from the side, on a desk with noise and
// light that falls off.
func onDesk(corners Corners, paper, desk color.RGBA, noise, fall float64) *image.RGBA {
	const w, h = 1200, 900
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	onto := inverse(ontoCorners(corners))
	for y := range h {
		for x := range w {
			c := desk
			if u, v := onto(float64(x)+0.5, float64(y)+0.5); u >= 0 && u < 1 && v >= 0 && v < 1 {
				c = printed(paper, u, v)
			}
			light := 1 - fall*float64(x)/w
			n := noise * (r.Float64() - 0.5)
			dim := func(v uint8) uint8 { return level(float64(v)*light + n) }
			img.SetRGBA(x, y, color.RGBA{dim(c.R), dim(c.G), dim(c.B), 255})
		}
	}
	return img
}

// printed is the page at a place of it: lines of words, and a red stamp in the
// quarter that is top left.
func printed(paper color.RGBA, u, v float64) color.RGBA {
	switch {
	case u > 0.15 && u < 0.35 && v > 0.15 && v < 0.35:
		return color.RGBA{200, 20, 30, 255}
	case u > 0.1 && u < 0.9 && v > 0.4 && v < 0.9 && int(v*60)%3 == 0 && int(u*90)%7 > 1:
		return color.RGBA{30, 30, 40, 255}
	}
	return paper
}

// inverse solves a projection for the place within the unit square, by hand.
func inverse(p projection) func(x, y float64) (u, v float64) {
	return func(x, y float64) (float64, float64) {
		a, b, c := p.a-x*p.g, p.b-x*p.h, x-p.c
		d, e, f := p.d-y*p.g, p.e-y*p.h, y-p.f
		det := a*e - b*d
		return (c*e - b*f) / det, (a*f - c*d) / det
	}
}

var (
	paper = color.RGBA{235, 235, 228, 255}
	wood  = color.RGBA{120, 84, 56, 255}
	cloth = color.RGBA{60, 70, 64, 255}
)

func far(a, b Corners) float64 {
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Hypot(a[i].X-b[i].X, a[i].Y-b[i].Y))
	}
	return worst
}

func TestAPageIsFoundOnADesk(t *testing.T) {
	straight := Corners{{X: 200, Y: 100}, {X: 1000, Y: 100}, {X: 1000, Y: 800}, {X: 200, Y: 800}}
	for name, c := range map[string]struct {
		corners     Corners
		paper, desk color.RGBA
		noise, fall float64
	}{
		"straight":                     {straight, paper, wood, 0, 0},
		"turned":                       {Corners{{X: 420, Y: 90}, {X: 1010, Y: 330}, {X: 760, Y: 830}, {X: 170, Y: 590}}, paper, wood, 0, 0},
		"seen from the side":           {Corners{{X: 330, Y: 140}, {X: 870, Y: 140}, {X: 1090, Y: 820}, {X: 110, Y: 820}}, paper, wood, 0, 0},
		"with noise":                   {straight, paper, cloth, 40, 0},
		"in light that falls off":      {straight, paper, cloth, 10, 0.5},
		"a dark cover on a pale desk":  {straight, color.RGBA{90, 20, 24, 255}, color.RGBA{210, 208, 200, 255}, 10, 0},
		"as bright as a coloured desk": {straight, color.RGBA{200, 200, 200, 255}, color.RGBA{255, 180, 150, 255}, 6, 0},
		"a card":                       {Corners{{X: 500, Y: 380}, {X: 860, Y: 390}, {X: 850, Y: 615}, {X: 490, Y: 605}}, paper, wood, 10, 0},
	} {
		img := onDesk(c.corners, c.paper, c.desk, c.noise, c.fall)
		got, ok := Suggest(img)
		if !ok || far(got, c.corners) > 9 { // three of the pixels that are looked at
			t.Errorf("%s: %v, %v, %.1f away", name, got, ok, far(got, c.corners))
		}
		if again, _ := Suggest(img); again != got {
			t.Errorf("%s: another answer the second time", name)
		}
	}
}

func TestAFoldedCornerIsTheCornerThatThePageHad(t *testing.T) {
	corners := Corners{{X: 200, Y: 100}, {X: 1000, Y: 100}, {X: 1000, Y: 800}, {X: 200, Y: 800}}
	img := onDesk(corners, paper, wood, 0, 0)
	for y := range 60 {
		for x := range 60 - y {
			img.SetRGBA(999-x, 100+y, wood)
		}
	}
	if got, ok := Suggest(img); !ok || far(got, corners) > 9 {
		t.Fatalf("%v, %v", got, ok)
	}
}

func TestWhereThereIsNoPageNoneIsSuggested(t *testing.T) {
	desk := onDesk(Corners{{X: 2000, Y: 2000}, {X: 2100, Y: 2000}, {X: 2100, Y: 2100}, {X: 2000, Y: 2100}}, paper, wood, 30, 0)
	disc := onDesk(Corners{{X: 2000, Y: 2000}, {X: 2100, Y: 2000}, {X: 2100, Y: 2100}, {X: 2000, Y: 2100}}, paper, wood, 0, 0)
	for y := range 900 {
		for x := range 1200 {
			if dx, dy := x-600, y-450; dx*dx+dy*dy < 300*300 {
				disc.SetRGBA(x, y, paper)
			}
		}
	}
	for name, img := range map[string]image.Image{
		"an empty desk": desk, "a plate": disc, "a stain": onDesk(Corners{{X: 100, Y: 100}, {X: 160, Y: 100}, {X: 160, Y: 150}, {X: 100, Y: 150}}, paper, wood, 10, 0),
		"nothing": image.NewRGBA(image.Rectangle{}), "a line": image.NewRGBA(image.Rect(0, 0, 5000, 1)), "a person": person(190, 120),
	} {
		if got, ok := Suggest(img); ok {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAPageIsCutOutStraightWithEverythingInItsPlace(t *testing.T) {
	for name, corners := range map[string]Corners{
		"straight": {{X: 200, Y: 100}, {X: 1000, Y: 100}, {X: 1000, Y: 800}, {X: 200, Y: 800}},
		"turned":   {{X: 420, Y: 90}, {X: 1010, Y: 330}, {X: 760, Y: 830}, {X: 170, Y: 590}},
		"slanted":  {{X: 330, Y: 140}, {X: 870, Y: 140}, {X: 1090, Y: 820}, {X: 110, Y: 820}},
	} {
		flat, err := Flatten(onDesk(corners, paper, wood, 0, 0), corners)
		if err != nil {
			t.Fatal(err)
		}
		wrong, all := 0, 0
		for y := range flat.Rect.Dy() {
			for x := range flat.Rect.Dx() {
				want := printed(paper, (float64(x)+0.5)/float64(flat.Rect.Dx()), (float64(y)+0.5)/float64(flat.Rect.Dy()))
				if got := flat.RGBAAt(x, y); abs(int(got.R)-int(want.R)) > 60 || abs(int(got.G)-int(want.G)) > 60 {
					wrong++
				}
				all++
			}
		}
		if wrong*100 > 4*all { // edges of the print, which fall between pixels
			t.Errorf("%s: %d of %d pixels are others", name, wrong, all)
		}
	}
	whole := Corners{{X: 0, Y: 0}, {X: 64, Y: 0}, {X: 64, Y: 48}, {X: 0, Y: 48}}
	same, err := Flatten(corner(64, 48), whole)
	if err != nil || string(same.Pix) != string(corner(64, 48).Pix) {
		t.Errorf("the whole picture is another one: %v", err)
	}
}

func TestAStoredPictureIsCroppedToItsPage(t *testing.T) {
	corners := Corners{{X: 330, Y: 140}, {X: 870, Y: 140}, {X: 1090, Y: 820}, {X: 110, Y: 820}}
	b, err := encode(onDesk(corners, paper, wood, 0, 0), 90)
	if err != nil {
		t.Fatal(err)
	}
	cropped, err := Crop(b, corners, 90)
	if err != nil || width(t, cropped) != 980 {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(cropped))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, _, _ := img.At(img.Bounds().Dx()/4, img.Bounds().Dy()/4).RGBA(); r < 3*g {
		t.Error("the stamp is not where it was")
	}
	if _, err := Crop(b[:1000], corners, 90); casework.KindOf(err) != casework.CameraGarbled {
		t.Errorf("half a picture: %v", err)
	}
}

func TestCornersThatAreNoPageAreRefused(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]Corners{
		"all in one place": {}, "on a line": {{X: 0, Y: 0}, {X: 50, Y: 0}, {X: 100, Y: 0}, {X: 150, Y: 0}}, "crossed": {{X: 0, Y: 0}, {X: 100, Y: 100}, {X: 100, Y: 0}, {X: 0, Y: 100}},
		"the other way round": {{X: 0, Y: 0}, {X: 0, Y: 100}, {X: 100, Y: 100}, {X: 100, Y: 0}}, "dented": {{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 20, Y: 20}, {X: 0, Y: 100}},
		"small": {{X: 0, Y: 0}, {X: 9, Y: 0}, {X: 9, Y: 9}, {X: 0, Y: 9}}, "no numbers": {{X: nan, Y: 0}, {X: 100, Y: 0}, {X: 100, Y: 100}, {X: 0, Y: 100}},
		"larger than the picture": {{X: 0, Y: 0}, {X: 1e6, Y: 0}, {X: 1e6, Y: 1e6}, {X: 0, Y: 1e6}}, "endless": {{X: 0, Y: 0}, {X: math.Inf(1), Y: 0}, {X: 100, Y: 100}, {X: 0, Y: 100}},
	} {
		if _, err := Flatten(corner(200, 200), c); casework.KindOf(err) != casework.NotNow {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFlatten(f *testing.F) {
	f.Add(0.0, 0.0, 64.0, 0.0, 64.0, 48.0, 0.0, 48.0)
	img := corner(64, 48)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i float64) {
		out, err := Flatten(img, Corners{{X: a, Y: b}, {X: c, Y: d}, {X: e, Y: g}, {X: h, Y: i}})
		if (out == nil) == (err == nil) {
			t.Fatal("neither a page nor an error")
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	img := onDesk(Corners{{X: 330, Y: 140}, {X: 870, Y: 140}, {X: 1090, Y: 820}, {X: 110, Y: 820}}, paper, wood, 10, 0)
	for b.Loop() {
		Suggest(img)
	}
}

func BenchmarkWarnings(b *testing.B) {
	img := page(240, 30, 90)
	for b.Loop() {
		Warnings(img, ForDocument())
	}
}
