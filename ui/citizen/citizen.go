// Package citizen draws what the citizen sees: every screen as one picture of
// the pad's size, with named touch areas. The same picture goes to a pad's
// display and to a second monitor, and the picture of the form that was
// confirmed is what the case commits to: so the same screen always gives the
// same bytes.
//
// It has no Fyne in it, does no I/O and keeps no state but drawn glyphs. It
// must not decide anything: which screen comes next is the desk's.
package citizen

import (
	"image"
	"sync"

	"counterfoil/app/casework"
)

// Texts returns the text of a key in a language, its verbs filled in. The keys
// are those of assets/texts/*/citizen.toml, all in the table citizen.
type Texts func(lang, key string, args ...any) string

// Drawer draws citizens' screens. It may be used from several goroutines.
type Drawer struct {
	texts Texts

	mu    sync.Mutex
	fonts fonts
	bases map[baseKey]*image.RGBA
	code  qrCode
}

// New returns a drawer with two weights of a font as TTF or OTF. Characters
// that bold lacks are taken from regular: a font cut to the commonest
// characters must not lose one of somebody's name.
func New(regular, bold []byte, texts func(lang, key string, args ...any) string) (*Drawer, error) {
	f, err := newFonts(regular, bold)
	if err != nil {
		return nil, err
	}
	return &Drawer{texts: texts, fonts: f, bases: map[baseKey]*image.RGBA{}}, nil
}

// Draw draws a screen in the given size, from 320×200 on. A display of at most
// 640 pixels across gets black and white alone: pads of that size show nothing
// else.
func (d *Drawer) Draw(screen casework.CitizenScreen, size image.Point) casework.Picture {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := &page{d: d, screen: screen, look: lookFor(size), size: size, lang: language(screen.Language), pages: 1}
	p.img = d.base(baseKey{size: size, practice: screen.Practice, lang: p.lang})
	switch screen.Kind {
	case casework.ScreenQR:
		p.qr()
	case casework.ScreenWait:
		p.wait()
	case casework.ScreenConfirm:
		p.confirm()
	case casework.ScreenSign:
		p.sign()
	case casework.ScreenPhoto:
		p.photo()
	case casework.ScreenDone:
		p.done()
	case casework.ScreenTrial:
		p.trial()
	case casework.ScreenSorry:
		p.sorry()
	default:
		p.idle()
	}
	if p.look.mono {
		blackAndWhite(p.img)
	}
	return casework.Picture{Image: p.img, Areas: p.areas, Ink: p.ink, Pages: p.pages}
}

// page is one picture while it is drawn.
type page struct {
	d      *Drawer
	screen casework.CitizenScreen
	look   look
	size   image.Point
	lang   string
	img    *image.RGBA
	areas  []casework.TouchArea
	ink    image.Rectangle
	pages  int
}

func (p *page) text(key string, args ...any) string { return p.d.text(p.lang, key, args...) }

// text returns one of the citizen's texts; they have a table of their own.
func (d *Drawer) text(lang, key string, args ...any) string {
	return d.texts(lang, "citizen."+key, args...)
}

// language falls back to Chinese, the language of the hall.
func language(lang string) string {
	if lang == "en" {
		return lang
	}
	return "zh-CN"
}
