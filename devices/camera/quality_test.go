package camera

import (
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"
)

// page draws a desk with a page of lines of print on it.
func page(paper, print, desk uint8) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 1280, 960))
	fill(img, img.Rect, desk)
	fill(img, image.Rect(200, 60, 1080, 900), paper)
	for y := 120; y < 840; y += 24 {
		for x := 260; x < 1020; x += 11 {
			if (x*7+y*3)%5 > 0 {
				fill(img, image.Rect(x, y, x+2+(x*y)%6, y+9), print)
			}
		}
	}
	return img
}

func fill(img *image.RGBA, r image.Rectangle, grey uint8) {
	draw.Draw(img, r, image.NewUniform(color.Gray{grey}), image.Point{}, draw.Src)
}

// person draws a head and shoulders with what a face has.
func person(face, ground uint8) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, practiceWidth, practiceHeight))
	for y := range practiceHeight {
		for x := range practiceWidth {
			v := ground
			switch {
			case silhouette(x, y) && y < 120:
				v = face / 4 // hair
			case silhouette(x, y):
				v = face
			}
			img.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	for _, eye := range []int{290, 340} {
		fill(img, image.Rect(eye, 150, eye+14, 156), face/5)
	}
	fill(img, image.Rect(300, 205, 342, 210), face/2)
	return img
}

// blurred averages a grey picture over a square, n times.
func blurred(img *image.RGBA, radius, n int) *image.RGBA {
	p, _, _ := shrunk(img, max(img.Rect.Dx(), img.Rect.Dy()))
	for range n {
		p = averaged(averaged(p, 1, p.w, radius), p.w, p.h, radius)
	}
	out := image.NewRGBA(img.Rect)
	for i, v := range p.v {
		copy(out.Pix[4*i:], []byte{v, v, v, 255})
	}
	return out
}

// averaged averages along lines of length pixels that are step apart.
func averaged(p *plane, step, length, radius int) *plane {
	out := newPlane(p.w, p.h)
	for i := range p.v {
		at := i / step % length
		sum, all := 0, 0
		for d := max(-radius, -at); d <= min(radius, length-1-at); d++ {
			sum, all = sum+int(p.v[i+d*step]), all+1
		}
		out.v[i] = byte(sum / all)
	}
	return out
}

func TestEachFaultOfAPictureHasItsWarningAndAGoodOneHasNone(t *testing.T) {
	one := image.NewRGBA(image.Rect(0, 0, 640, 480))
	fill(one, one.Rect, 2)
	wall := image.NewRGBA(image.Rect(0, 0, 640, 480))
	fill(wall, wall.Rect, 180)
	for name, c := range map[string]struct {
		img    image.Image
		limits Limits
		want   []Warning
	}{
		"a page":                     {page(240, 30, 90), ForDocument(), nil},
		"a white page on a dark one": {page(255, 0, 20), ForDocument(), nil},
		"a page a little soft":       {blurred(page(240, 30, 90), 1, 1), ForDocument(), nil},
		"a page in the dark":         {page(70, 8, 20), ForDocument(), []Warning{TooDark}},
		"a page washed out":          {page(255, 254, 255), ForDocument(), []Warning{Blank}},
		"a page out of focus":        {blurred(page(240, 30, 90), 4, 2), ForDocument(), []Warning{Blurred}},
		"a person":                   {person(190, 120), ForPerson(), nil},
		"a person in the dark":       {person(50, 30), ForPerson(), []Warning{TooDark}},
		"a person before a window":   {person(200, 255), ForPerson(), []Warning{TooBright}},
		"a person out of focus":      {blurred(person(190, 120), 5, 2), ForPerson(), []Warning{Blurred}},
		"a covered lens":             {one, ForPerson(), []Warning{Blank, TooDark}},
		"a wall":                     {wall, ForDocument(), []Warning{Blank}},
		"no pixel":                   {image.NewRGBA(image.Rectangle{}), ForPerson(), []Warning{Blank}},
		"one pixel":                  {image.NewRGBA(image.Rect(0, 0, 1, 1)), ForPerson(), []Warning{Blank, TooDark}},
	} {
		if got := Warnings(c.img, c.limits); !slices.Equal(got, c.want) {
			p, _, _ := shrunk(pixels(c.img), lookedAt)
			t.Errorf("%s: %v, want %v (blur %.2f)", name, got, c.want, blur(p))
		}
	}
}

func TestTheBlurOfASceneRisesWithTheBlur(t *testing.T) {
	for name, img := range map[string]*image.RGBA{"page": page(240, 30, 90), "person": person(190, 120)} {
		last := -1.0
		for _, radius := range []int{0, 1, 2, 4} {
			p, _, _ := shrunk(blurred(img, radius, 1), lookedAt)
			b := blur(p)
			if b <= last {
				t.Errorf("%s: radius %d is %.2f after %.2f", name, radius, b, last)
			}
			last = b
		}
	}
}

func TestAPictureIsJudgedAsItIsStored(t *testing.T) {
	b, err := encode(page(240, 30, 90), 90)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := Judge(b, ForDocument()); err != nil || list != nil {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := Judge(b[:200], ForDocument()); err == nil {
		t.Error("half a picture was judged")
	}
}
