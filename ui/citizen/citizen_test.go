package citizen

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
)

var update = flag.Bool("update", false, "write the masters anew: look at them before committing")

// TestScreensLookAsTheirMasters compares a few screens pixel by pixel with
// pictures that a person has looked at. What differs is left in testdata/failed.
func TestScreensLookAsTheirMasters(t *testing.T) {
	d := drawer(t)
	masters := map[string]bool{"qr": true, "confirm-acting": true, "confirm-last": true, "sign": true, "photo": true}
	for _, s := range samples("zh-CN", true) {
		if !masters[s.name] {
			continue
		}
		got := d.Draw(s.screen, image.Pt(800, 480)).Image
		file := filepath.Join("testdata", s.name+".png")
		if *update {
			write(t, file, got)
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(got, want); n > 0 {
			write(t, filepath.Join("testdata", "failed", s.name+".png"), got)
			t.Errorf("%s: %d pixels differ from the master; see testdata/failed", s.name, n)
		}
	}
}

func differing(a *image.RGBA, b image.Image) int {
	if rgba, ok := b.(*image.RGBA); ok && bytes.Equal(a.Pix, rgba.Pix) {
		return 0
	}
	n := 0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			r0, g0, b0, _ := a.At(x, y).RGBA()
			r1, g1, b1, _ := b.At(x, y).RGBA()
			if r0 != r1 || g0 != g1 || b0 != b1 {
				n++
			}
		}
	}
	return n
}

func write(t *testing.T, file string, img image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryScreenFitsEverySizeAndLanguage(t *testing.T) {
	d := drawer(t)
	for _, size := range sizes() {
		for _, lang := range []string{"zh-CN", "en"} {
			for _, s := range samples(lang, true) {
				p := d.Draw(s.screen, size)
				name := fmt.Sprint(size, lang, s.name)
				if p.Image.Rect != (image.Rectangle{Max: size}) || p.Pages < 1 {
					t.Errorf("%s: picture %v, %d pages", name, p.Image.Rect, p.Pages)
				}
				areasFit(t, name, p, size)
				if !p.Ink.Empty() && p.Ink.Dy() < size.Y/4 {
					t.Errorf("%s: hardly room to sign: %v", name, p.Ink)
				}
				if !p.Ink.Empty() != (s.screen.Kind == casework.ScreenSign || s.screen.Kind == casework.ScreenTrial) || !p.Ink.In(p.Image.Rect) {
					t.Errorf("%s: ink %v", name, p.Ink)
				}
			}
		}
	}
}

func areasFit(t *testing.T, name string, p casework.Picture, size image.Point) {
	t.Helper()
	least := 48
	if size.Y < 480 {
		least = 34
	}
	for i, a := range p.Areas {
		if !a.Rect.In(p.Image.Rect) || a.Rect.Dy() < least || a.Rect.Dx() < least || a.Rect.Overlaps(p.Ink) {
			t.Errorf("%s: %s at %v", name, a.Name, a.Rect)
		}
		for _, b := range p.Areas[i+1:] {
			if a.Rect.Overlaps(b.Rect) || a.Name == b.Name {
				t.Errorf("%s: %s and %s overlap", name, a.Name, b.Name)
			}
		}
	}
	if refuse, agree := p.Area(casework.TouchRefuse), p.Area(casework.TouchAgree); !agree.Empty() && (refuse.Dx() < agree.Dx()-1 || refuse.Dy() < agree.Dy()) {
		t.Errorf("%s: refusing is smaller than agreeing", name)
	}
}

func TestScreensHaveTheTouchAreasTheyNeedAndNoOthers(t *testing.T) {
	d := drawer(t)
	want := map[string]string{
		"confirm": "refuse agree", "confirm-acting": "refuse agree", "confirm-paper": "refuse agree", "confirm-long": "refuse next", "confirm-last": "refuse previous next",
		"sign": "refuse redo agree", "sign-again": "refuse redo agree", "photo": "refuse agree", "photo-document": "refuse agree", "photo-required": "refuse agree",
	}
	for _, s := range samples("zh-CN", false) {
		var names []string
		for _, a := range d.Draw(s.screen, image.Pt(800, 480)).Areas {
			names = append(names, string(a.Name))
		}
		if got := strings.Join(names, " "); got != want[s.name] {
			t.Errorf("%s: %q, want %q", s.name, got, want[s.name])
		}
	}
}

func TestAgreeingIsPossibleOnTheLastPageOnly(t *testing.T) {
	d := drawer(t)
	screen := casework.CitizenScreen{Kind: casework.ScreenConfirm, Language: "zh-CN", Form: longForm(true)}
	pages := d.Draw(screen, image.Pt(320, 200)).Pages
	if pages < 3 {
		t.Fatalf("%d pages", pages)
	}
	for screen.Page = range pages {
		p := d.Draw(screen, image.Pt(320, 200))
		last := screen.Page == pages-1
		if p.Area(casework.TouchAgree).Empty() == last || p.Area(casework.TouchNext).Empty() != last || p.Area(casework.TouchPrevious).Empty() != (screen.Page == 0) {
			t.Errorf("page %d of %d: %v", screen.Page, pages, p.Areas)
		}
	}
	screen.Page = 99
	if p := d.Draw(screen, image.Pt(320, 200)); p.Area(casework.TouchAgree).Empty() {
		t.Error("a page beyond the last is the last")
	}
	screen.Form = nil
	if p := d.Draw(screen, image.Pt(320, 200)); p.Pages != 1 {
		t.Errorf("an empty form has %d pages", p.Pages)
	}
}

func TestTheSameScreenGivesTheSameBytesInAnyOrder(t *testing.T) {
	a, b := drawer(t), drawer(t)
	list := samples("zh-CN", true)
	first := map[string][32]byte{}
	for _, s := range list {
		first[s.name] = sha256.Sum256(a.Draw(s.screen, image.Pt(800, 480)).Image.Pix)
	}
	for i := range list {
		s := list[len(list)-1-i]
		if sha256.Sum256(b.Draw(s.screen, image.Pt(800, 480)).Image.Pix) != first[s.name] {
			t.Errorf("%s: the bytes depend on what was drawn before", s.name)
		}
	}
}

func TestASmallDisplayGetsBlackAndWhiteAlone(t *testing.T) {
	d := drawer(t)
	for _, s := range samples("en", true) {
		for i, v := range d.Draw(s.screen, image.Pt(320, 200)).Image.Pix {
			if v != 0 && v != 0xFF || i%4 == 3 && v != 0xFF {
				t.Fatalf("%s: a grey pixel", s.name)
			}
		}
	}
}

func TestPracticeCannotBeMissedOnAnyScreen(t *testing.T) {
	d := drawer(t)
	for _, size := range sizes()[:2] {
		real, practice := samples("zh-CN", false), samples("zh-CN", true)
		for i := range real {
			a, b := d.Draw(real[i].screen, size).Image.Pix, d.Draw(practice[i].screen, size).Image.Pix
			n := 0
			for k := 2; k < len(a); k += 4 { // blue: what amber lacks
				if a[k] != b[k] {
					n++
				}
			}
			if n < size.X*size.Y/50 {
				t.Errorf("%v %s: only %d pixels say that it is practice", size, real[i].name, n)
			}
		}
	}
}

// TestAForeignDecoderReadsTheCode has zbarimg read the code off the drawn
// screens; where it is not installed, that is said.
func TestAForeignDecoderReadsTheCode(t *testing.T) {
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Log("zbarimg is not installed: the codes are not read back")
		return
	}
	d := drawer(t)
	for _, size := range sizes()[:2] {
		for _, s := range samples("zh-CN", true) {
			if s.screen.Link == "" || s.name == "qr-seen" {
				continue
			}
			file := filepath.Join(t.TempDir(), "screen.png")
			write(t, file, d.Draw(s.screen, size).Image)
			out, err := exec.Command(zbar, "-q", "--raw", file).Output()
			if err != nil || strings.TrimSpace(string(out)) != sampleLink {
				t.Errorf("%v %s: read %q, %v", size, s.name, out, err)
			}
		}
	}
}

// TestTheReceiptsCodeHasModulesThatAPhoneCanSee takes a link with the salt behind a
// long host's name.
func TestTheReceiptsCodeHasModulesThatAPhoneCanSee(t *testing.T) {
	link := "https://phone.dongcheng.example:8443/v/" + strings.Repeat("0f", 16) + "#" + strings.Repeat("aZ-_", 11)[:43]
	for _, size := range sizes() {
		d := drawer(t)
		d.Draw(casework.CitizenScreen{Kind: casework.ScreenDone, Language: "zh-CN", Hall: "东城区政务服务中心", Counter: "12", Number: "20261123-12-0047", Link: link}, size)
		if d.code.link != link || d.code.scale < 2 {
			t.Errorf("%v: %d pixels a module", size, d.code.scale)
		}
	}
}

func TestTheTimeLeftIsRoundedUp(t *testing.T) {
	for left, want := range map[time.Duration]string{0: "0:00", -5: "0:00", 1: "0:01", time.Minute: "1:00", 299*time.Second + 1: "5:00", 61 * time.Second: "1:01"} {
		if got := clock(left); got != want {
			t.Errorf("%v: %s, want %s", left, got, want)
		}
	}
}

func BenchmarkCountdown(b *testing.B) {
	d := drawer(b)
	screen := samples("zh-CN", true)[1].screen
	for b.Loop() {
		screen.Left -= time.Second
		d.Draw(screen, image.Pt(800, 480))
	}
}

// TestAPapersLastScreenPromisesNothingOfAPhone: no grant ties the case to a holder, so
// there is nothing to look up in 授权记录 and nothing to unbind.
func TestAPapersLastScreenPromisesNothingOfAPhone(t *testing.T) {
	d := drawer(t)
	done := casework.CitizenScreen{Kind: casework.ScreenDone, Language: "zh-CN", Link: sampleLink, Number: "20261123-12-0047"}
	paper := done
	paper.Originals = true
	size := image.Pt(800, 480)
	if differing(d.Draw(done, size).Image, d.Draw(paper, size).Image) == 0 {
		t.Error("the screen says the same of both")
	}
}
