package desk

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"time"

	"counterfoil/app/casework"
)

// Tried is what a live test is of.
type Tried string

// What can be tried.
const (
	TryPad      Tried = "pad"
	TryCamera   Tried = "camera"
	TryDocument Tried = "document" // the camera for pages
	TryScanner  Tried = "scanner"
)

// Trial is a live test of a device between two cases, as a value. Nothing of it
// is kept: no ink, no picture, nothing that was scanned.
type Trial struct {
	Of    Tried
	Since time.Time
	Gone  int // how often the device went away meanwhile

	Reports  int // of the pen
	Lost     int // reports missing from the sequence
	Strokes  int
	Pressure int // the highest, in the pad's units
	Rate     int // reports in the fullest second of the device's clock

	Frames    int // previews
	Size      image.Point
	PerSecond int         // previews in the last whole second
	Still     image.Point // of the picture that was taken; zero: none yet
	Took      time.Duration

	Scans  int
	Length int                  // of the last scan, in characters
	Scan   casework.RefusalKind // why it is none of ours; empty: it is
}

// maxTrialInk bounds what is drawn of a test, in samples: half a minute of writing.
const maxTrialInk = 6000

// trial is a test under way.
type trial struct {
	Trial
	ink    []casework.PenSample
	down   bool
	last   int           // sequence of the last report; -1: none yet
	second time.Duration // of the device's clock that is being counted
	count  int
	heard  time.Time // when the second of previews began
	frames int
}

// Try starts a live test of a device, or starts it anew, between two cases: a
// citizen's time and screens are not for that. Refused with not-now while a case
// is open, and for a device that the settings leave out.
func (d *Desk) Try(ctx context.Context, of Tried) error {
	return d.device(ctx, string(of), func(answer func(error)) {
		light, known := map[Tried]Light{TryPad: d.pad.light, TryCamera: d.camera.light, TryDocument: d.document.light, TryScanner: d.scanner}[of]
		switch {
		case !known:
			answer(notNow("no such device"))
		case d.at != nil && !d.at.over():
			answer(notNow("a case is open"))
		case light.State == Absent && of != TryScanner: // one that types needs no opening
			answer(notNow("the settings leave this device out"))
		default:
			if err := d.note(deed{what: casework.OpDevice, note: string(of)}, ""); err != nil {
				answer(err)
				return
			}
			d.clear()
			d.endTrial()
			d.trial = &trial{Trial: Trial{Of: of, Since: d.opt.Now()}, last: -1}
			d.pad.stale = true // what an earlier test left on it goes
			answer(nil)
		}
	})
}

// device is ask for what only those do who may test devices.
func (d *Desk) device(ctx context.Context, note string, f func(answer func(error))) error {
	return d.ask(ctx, func(answer func(error)) {
		d.Touched()
		if err := d.may(casework.TestDevices); err != nil {
			d.noteRefused(deed{what: casework.OpDevice, note: note}, nil, err)
			answer(err)
			return
		}
		f(answer)
	})
}

// EndTry ends the live test.
func (d *Desk) EndTry() {
	_ = d.ask(context.Background(), func(answer func(error)) {
		d.endTrial()
		answer(nil)
	})
}

func (d *Desk) endTrial() {
	if d.trial != nil {
		d.trial, d.pad.stale = nil, true
	}
}

// TryStill takes a picture of full size, measures it and lets it go.
func (d *Desk) TryStill(ctx context.Context) error {
	return d.device(ctx, "still", func(answer func(error)) {
		t := d.trial
		c := &d.camera
		if t != nil && t.Of == TryDocument {
			c = &d.document
		}
		if t == nil || t.Of != c.of || c.stills == nil {
			answer(notNow("no camera is being tried"))
			return
		}
		began := d.opt.Now()
		c.take(func(picture []byte, err error) {
			size, bad := sizeOf(picture)
			d.post(func() {
				if err == nil && !bad && d.trial == t {
					t.Still, t.Took = size, d.opt.Now().Sub(began)
				}
				answer(err)
			})
		})
	})
}

func sizeOf(picture []byte) (size image.Point, bad bool) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	return image.Pt(c.Width, c.Height), err != nil
}

// wrote takes a sample of the pad that is being tried.
func (t *trial) wrote(s casework.PenSample, inside bool) {
	t.Reports++
	t.Pressure = max(t.Pressure, s.Pressure)
	if s.Seq >= 0 {
		if t.last >= 0 && s.Seq > t.last+1 {
			t.Lost += s.Seq - t.last - 1
		}
		t.last = s.Seq
	}
	if at := s.Time.Truncate(time.Second); at != t.second {
		t.second, t.count = at, 0
	}
	t.count++
	t.Rate = max(t.Rate, t.count)
	if s.Down && !t.down {
		t.Strokes++
	}
	t.down = s.Down
	if inside && len(t.ink) < maxTrialInk {
		t.ink = append(t.ink, s)
	}
}

// saw takes a preview of the camera that is being tried.
func (t *trial) saw(picture []byte, now time.Time) {
	if size, bad := sizeOf(picture); !bad {
		t.Frames++
		t.Size = size
	}
	if t.heard.IsZero() {
		t.heard = now
	}
	t.frames++
	if d := now.Sub(t.heard); d >= time.Second {
		t.PerSecond = int((time.Duration(t.frames)*time.Second + d/2) / d)
		t.heard, t.frames = now, 0
	}
}

// scannedInTrial takes a scan while the scanner is being tried, and says whether it did:
// nothing is done with it.
func (d *Desk) scannedInTrial(text string, why error) bool {
	t := d.trial
	if t == nil || t.Of != TryScanner {
		return false
	}
	t.Scans++
	t.Length, t.Scan = len([]rune(text)), casework.KindOf(why)
	return true
}

// left counts that the device that is being tried went away.
func (d *Desk) left(of Tried) {
	if d.trial != nil && d.trial.Of == of {
		d.trial.Gone++
	}
}

// trying returns the test as a value.
func (d *Desk) trying() *Trial {
	if d.trial == nil {
		return nil
	}
	v := d.trial.Trial
	return &v
}
