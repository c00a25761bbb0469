// Package softpad is the far end of the STU reports: a signature pad made of
// memory, for practice, rehearsal and tests. It answers the very reports that
// the driver writes to hardware, enforces their sizes, states and encodings,
// shows the display it received, and turns a mouse into pen reports.
//
// It can be told from hardware by its serial number alone, which starts with
// EMU; ink made on it says so and is refused in production. What it cannot
// prove: real report descriptors, USB timing, the firmware's own habits.
package softpad

import (
	"image"
	"image/color"
	"image/draw"
	"sync"
	"time"

	"counterfoil/devices/hid"
)

// Model is what a software pad pretends to be.
type Model struct {
	Name           string // at most 9 ASCII characters, starting as the maker's model does
	Width, Height  int    // of the display
	MaxX, MaxY     int    // of the pen
	MaxP           int
	Encodings      byte // 1 zlib, 2 1-bit, 4 16-bit, 8 24-bit
	ElectricSerial bool // has report 0x0F
	Colour         bool // has a colour display
	Whole          bool // takes no picture of a part; its serial number is report 0x0A
	Old            bool // Whole, short capability, no pen settings or options
}

// STU300 is the small old one, a line of text high.
func STU300() Model {
	return Model{Name: "STU-300", Width: 396, Height: 100, MaxX: 9900, MaxY: 2500, MaxP: 511, Encodings: 0x02, Whole: true, Old: true}
}

// STU500 is the large old one.
func STU500() Model {
	m := STU300()
	m.Name, m.Width, m.Height, m.MaxX, m.MaxY = "STU-500", 640, 480, 10240, 7680
	return m
}

// STU520A is the first in colour.
func STU520A() Model {
	return Model{Name: "STU-520A", Width: 800, Height: 480, MaxX: 10400, MaxY: 6048, MaxP: 511, Encodings: 0x06, Colour: true, Whole: true}
}

// STU540 is the pad of the sketches: 800×480 in colour.
func STU540() Model {
	return Model{Name: "STU-540", Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023, Encodings: 0x0F, ElectricSerial: true, Colour: true}
}

// STU530 differs from the 540 by where its serial number stands.
func STU530() Model {
	m := STU540()
	m.Name, m.ElectricSerial = "STU-530", false
	return m
}

// STU430 is the small black and white one.
func STU430() Model {
	return Model{Name: "STU-430", Width: 320, Height: 200, MaxX: 9600, MaxY: 6000, MaxP: 1023, Encodings: 0x03}
}

// Opts are the options of a Pad.
type Opts struct {
	Model  Model
	Serial string // follows "EMU"; at most 7 characters, so that every model can hold it
	Bulk   bool   // has a bulk endpoint for pictures beside its reports
	Ring   int    // input reports kept for a slow reader; hidraw keeps 63
	Busy   int    // how often the status is busy after a clear or a picture
	Plain  bool   // offers no encryption of pen data
	// Calculating is how often a status says so before a key is ready.
	Calculating int
	Now         func() time.Time // the hand's clock: how long the mouse took
}

// DefaultOpts are an STU-540 on a hidraw node.
func DefaultOpts() Opts {
	return Opts{Model: STU540(), Serial: "0000001", Ring: 63, Busy: 1, Calculating: 2, Now: time.Now}
}

// Pad is a software pad. Its methods may be called from any goroutine.
type Pad struct {
	opts    Opts
	changed chan struct{}

	mu      sync.Mutex
	room    *sync.Cond // a report was taken, or the link ended
	link    *link      // nil: nobody opened it
	gone    bool       // unplugged
	lcd     *image.RGBA
	busy    int  // looks at the status until it is ready
	status  byte // of report 0x03
	result  byte
	upload  upload
	inking  bool
	ink     image.Rectangle
	option  byte
	pen     pen
	secret  secrecy
	faults  faults
	carried int    // bytes of pictures that came by the bulk endpoint
	log     []byte // ids of the feature reports that were set, for tests
}

// New returns a plugged-in pad with a white display.
func New(opts Opts) *Pad {
	p := &Pad{opts: opts, changed: make(chan struct{}, 1)}
	p.room = sync.NewCond(&p.mu)
	p.powerUp()
	return p
}

// powerUp is the state after plugging in: everything volatile is gone.
func (p *Pad) powerUp() {
	m := p.opts.Model
	p.lcd = image.NewRGBA(image.Rect(0, 0, m.Width, m.Height))
	draw.Draw(p.lcd, p.lcd.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	p.busy, p.status, p.result, p.upload = 0, statusReady, resultOK, upload{}
	p.inking, p.ink, p.option, p.pen, p.secret = false, p.lcd.Rect, 0, pen{}, secrecy{}
	p.show()
}

// Link opens the pad as a HID device. Every call gives a fresh link and ends
// the one before, as a device has one reader here; the link of an unplugged pad
// answers hid.ErrUnplugged to everything.
func (p *Pad) Link() hid.Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.link != nil {
		p.link.end(hid.ErrClosed)
	}
	l := &link{pad: p, arrived: make(chan struct{}, 1), ended: make(chan struct{})}
	p.link = l
	if p.gone {
		l.end(hid.ErrUnplugged)
	}
	if p.opts.Bulk {
		return bulkLink{l}
	}
	return l
}

// Unplug takes the pad away, whatever is under way.
func (p *Pad) Unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unplug()
}

func (p *Pad) unplug() {
	p.gone = true
	if p.link != nil {
		p.link.end(hid.ErrUnplugged)
	}
	p.powerUp()
}

// Plug brings it back, white and forgetful. Links of before stay ended.
func (p *Pad) Plug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = false
}

// Plugged reports whether the pad is there.
func (p *Pad) Plugged() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.gone
}

// Display returns a copy of what the display shows, ink included.
func (p *Pad) Display() *image.RGBA {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := image.NewRGBA(p.lcd.Rect)
	copy(out.Pix, p.lcd.Pix)
	return out
}

// Changed receives after the display changed, at most one value waiting. It is
// made for one window.
func (p *Pad) Changed() <-chan struct{} { return p.changed }

// Size returns the display's size.
func (p *Pad) Size() image.Point { return image.Pt(p.opts.Model.Width, p.opts.Model.Height) }

func (p *Pad) show() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}
