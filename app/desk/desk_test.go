package desk_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/devices/signpad/softpad"
)

// confirmedCase brings a case to its signature.
func confirmedCase(h *hall) {
	h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"})
}

func (h *hall) attachment(name string) ([]byte, casework.StepRecord) {
	h.t.Helper()
	r := h.verify(h.last.Case.ID)
	for _, step := range r.Steps {
		list, err := h.desk.Content(context.Background(), r.ID, step.Seq)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, a := range list {
			if a.Name == name {
				return a.Content, step
			}
		}
	}
	h.t.Fatalf("no attachment %s", name)
	return nil, casework.StepRecord{}
}

func TestWhatIsConfirmedIsTheVeryPictureThatWasShown(t *testing.T) {
	sitDown(t, func(h *hall) {
		confirmedCase(h)
		size := h.last.Screen.Image.Bounds().Size()
		var shown [][]byte
		for {
			shown = append(shown, bytes.Clone(h.last.Screen.Image.Pix))
			if !bytes.Equal(h.pad.Display().Pix, h.last.Screen.Image.Pix) {
				t.Fatal("the pad shows something else than the clerk is told")
			}
			if h.last.Case.Page+1 == h.last.Case.Pages {
				break
			}
			h.run([]string{"tap", "next"})
		}
		h.run([]string{"tap", "agree"})
		content, step := h.attachment("picture")
		img, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() != size.X || img.Bounds().Dy() != size.Y*len(shown) || len(shown) < 2 {
			t.Fatalf("%d pages of %v are kept as %v", len(shown), size, img.Bounds())
		}
		for page, pix := range shown {
			for _, x := range []int{0, 4, 12, 20, 100, size.X - 1} {
				r, g, b, _ := img.At(x, page*size.Y+4).RGBA()
				at := 4*size.X*4 + x*4
				if byte(r>>8) != pix[at] || byte(g>>8) != pix[at+1] || byte(b>>8) != pix[at+2] {
					t.Fatalf("page %d differs at %d", page, x)
				}
			}
		}
		list, _ := h.desk.Content(context.Background(), h.last.Case.ID, step.Seq)
		for _, a := range list {
			want := map[string]casework.Commitment{"fields": step.Body.Fields, "picture": step.Body.Picture}[a.Name]
			if protocol.Suite1.Commit(a.Salt, a.Content) != want {
				t.Errorf("the commitment of %s does not open", a.Name)
			}
		}
	})
}

func TestInkIsBoundToWhatItSigns(t *testing.T) {
	sitDown(t, func(h *hall) {
		confirmedCase(h)
		h.run([]string{"agree-all"})
		area := h.last.Screen.Ink
		h.run([]string{"sign"}, []string{"tap", "agree"})
		content, step := h.attachment("ink")
		ink, err := protocol.DecodeInk(content)
		if err != nil {
			t.Fatal(err)
		}
		if ink.Document != step.Body.Confirmation || ink.Lost != 0 || ink.Check() != nil || !ink.Pad.Software() || ink.Samples[0].Time != 0 {
			t.Errorf("the ink is %+v", ink.Pad)
		}
		down := false
		for i, s := range ink.Samples {
			if i > 0 && s.Time < ink.Samples[i-1].Time {
				t.Fatal("the ink runs backwards")
			}
			x, y := s.X*ink.Pad.Width/ink.Pad.MaxX, s.Y*ink.Pad.Height/ink.Pad.MaxY
			if s.Down && !down && (x < area.Min.X || x > area.Max.X || y < area.Min.Y || y > area.Max.Y) {
				t.Fatalf("a stroke begins at %d, %d, outside of the ink area", x, y)
			}
			down = s.Down
		}
		if down {
			t.Error("the last stroke never ends")
		}
	})
}

// TestASignatureKeepsHowItCameFromThePad: with an encrypting pad that is lost in the
// middle of the signature, and does not encrypt any more when it is back.
func TestASignatureKeepsHowItCameFromThePad(t *testing.T) {
	sitDown(t, func(h *hall) {
		replug := func(flaw softpad.Flaw) {
			h.pad.Unplug()
			h.settle()
			h.pad.Flaw(flaw)
			h.pad.Plug()
			h.pass(10 * time.Second)
		}
		signed := func() string {
			h.run([]string{"tap", "agree"})
			content, _ := h.attachment("ink")
			ink, err := protocol.DecodeInk(content)
			if err != nil || ink.Check() != nil || ink.Lost != 0 {
				t.Fatalf("%v, %+v", err, ink.Pad)
			}
			return ink.Pad.Encryption
		}
		h.encrypt = true
		replug(softpad.NoFlaw)
		confirmedCase(h)
		if h.pad.Capturing() {
			t.Error("the form is confirmed with encrypted taps")
		}
		h.run([]string{"agree-all"}, []string{"stroke"})
		if !h.pad.Capturing() || h.last.PadIdentity.Encryption == "" {
			t.Errorf("the signature comes in the clear: %+v", h.last.PadIdentity)
		}
		replug(softpad.NoFlaw)
		h.run([]string{"sign"})
		if got := signed(); got != "rsa-2048+aes-256" {
			t.Errorf("the ink says %q", got)
		}
		h.run([]string{"aside"})
		confirmedCase(h)
		h.run([]string{"agree-all"})
		replug(softpad.RefusesKey)
		h.run([]string{"sign"})
		if got := signed(); got != "" {
			t.Errorf("the ink of a pad in the clear says %q", got)
		}
	})
}

func TestTheRailShowsWhatTheLedgerHas(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"})
		if s := h.last.Case.Rail[0]; s.State != desk.RailDone || s.Send != casework.Pending || h.last.Queue.Waiting != 1 {
			t.Fatalf("before: %+v, queue %+v", s, h.last.Queue)
		}
		r := h.verify(h.last.Case.ID)
		receipt := casework.Receipt{Entry: r.Steps[0].Digest, Height: 7, Time: time.Now().UTC(), Raw: []byte("receipt")}
		if err := h.journal.Sending(context.Background(), receipt.Entry); err != nil {
			t.Fatal(err)
		}
		if err := h.journal.Committed(context.Background(), receipt); err != nil {
			t.Fatal(err)
		}
		h.settle()
		if s := h.last.Case.Rail[0]; s.Send != casework.Committed || s.Height != 7 || h.last.Queue.Waiting != 0 {
			t.Fatalf("after: %+v, queue %+v", s, h.last.Queue)
		}
	})
}

func TestAClockThatIsSetBackStopsNoCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wall clock
		h := newHall(t, func(o *desk.Options) { o.Now = wall.now })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
		wall.set(-time.Minute)
		h.run([]string{"fill-all"}, []string{"push"}, []string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"submit"}, []string{"expect", "stage", "done"})
	})
}

func TestACounterWhoseClockLagsCanUseAGrant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wall clock
		wall.set(-20 * time.Second)
		h := newHall(t, func(o *desk.Options) { o.Now = wall.now })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"expect", "stage", "review"})
		wall.set(-time.Hour)
		h.run([]string{"abandon", "clerk"}, []string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"expect", "problem", "grant-not-yet-valid"})
	})
}

// fullDisk is a journal on a disk that is full for one step.
type fullDisk struct {
	*journal.Journal
	full *bool
}

func (f fullDisk) Append(ctx context.Context, s casework.Step, about desk.About, acts ...casework.OperatorAct) error {
	if *f.full {
		return casework.Refuse(casework.JournalFull, "no room")
	}
	return f.Journal.Append(ctx, s, about, acts...)
}

func TestAGrantIsKeptUntilTheDiskTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := false
		h := newHall(t, func(o *desk.Options) { o.Journal = fullDisk{o.Journal.(*journal.Journal), &full} })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"})
		full = true
		h.run([]string{"answer", "agree"}, []string{"expect", "problem", "journal-full"}, []string{"expect", "kept", "opened"}, []string{"!", "retry", "journal-full"})
		full = false
		h.run([]string{"pass", "10m"}, []string{"retry"}, []string{"expect", "stage", "review"}, []string{"fill-all"}, []string{"push"})
		full = true
		h.run([]string{"tap", "next"}, []string{"tap", "next"}, []string{"!", "tap", "agree", "journal-full"}, []string{"expect", "stage", "confirm"})
		full = false
		h.run([]string{"tap", "agree"}, []string{"expect", "stage", "sign"})
	})
}

func TestNothingNewIsBegunWhileTheLedgerIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, func(o *desk.Options) { o.LedgerLimit = 10 * time.Minute })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"abandon", "clerk"}, []string{"pass", "9m"}, []string{"open", "SAMPLE-0003"}, []string{"aside"},
			[]string{"pass", "2m"}, []string{"!", "open", "SAMPLE-0003", "ledger-stopped"}, []string{"resume"}, []string{"answer", "agree"}, []string{"expect", "stage", "review"})
		if q := h.last.Queue; q.Waiting == 0 || time.Since(q.Oldest) < 10*time.Minute {
			t.Errorf("the queue that stops the counter is not shown: %+v", q)
		}
	})
}

func TestASoftwarePadIsRefusedOutsidePractice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, func(o *desk.Options) { o.Practice = false })
		defer func() { h.stop() }()
		h.run([]string{"expect", "pad", "failed", "pad-unsupported"}, []string{"expect", "screen"})
	})
}

func TestACounterWithoutPadAndCameraSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, func(o *desk.Options) { o.OpenPad, o.OpenCamera = nil, nil })
		defer func() { h.stop() }()
		h.run([]string{"expect", "pad", "absent"}, []string{"expect", "camera", "absent"}, []string{"open", "SAMPLE-0003"}, []string{"answer", "agree"},
			[]string{"fill-all"}, []string{"!", "push", "pad-missing"})
	})
}

func TestThePadIsLeftIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, nil)
		h.pass(time.Second)
		idle := h.pad.Display().Pix
		confirmedCase(h)
		if bytes.Equal(h.pad.Display().Pix, idle) {
			t.Fatal("the form is not shown")
		}
		h.stop()
		if !bytes.Equal(h.pad.Display().Pix, idle) {
			t.Error("a citizen's form stays on the pad")
		}
		if err := h.desk.Open(context.Background(), "SAMPLE-0003"); casework.KindOf(err) != casework.NotNow {
			t.Error("a closed desk opens a case:", err)
		}
	})
}

func TestTheCountdownIsOnThePad(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"})
		for range 5 {
			before := h.pad.Display().Pix
			h.pass(time.Second)
			if bytes.Equal(before, h.pad.Display().Pix) {
				t.Fatal("a second goes by and the pad shows the same")
			}
		}
	})
}

func TestTheDayIsFoundAndThePreviewIsSeen(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0002"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"tap", "agree"})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if jpeg := <-h.desk.Preview(ctx); len(jpeg) == 0 {
			t.Error("an empty picture")
		}
		list, err := h.desk.Day(ctx, "")
		if err != nil || len(list) != 1 || list[0].ID != h.last.Case.ID || h.last.Today != 1 {
			t.Errorf("the day has %d cases, %v", len(list), err)
		}
		if _, err := h.desk.Export(ctx, h.last.Case.ID); casework.KindOf(err) != casework.NotNow {
			t.Error("exported to nowhere:", err)
		}
	})
}

// tornForget is a journal whose program ends before an abandoned case's content
// is destroyed.
type tornForget struct{ *journal.Journal }

func (tornForget) Forget(context.Context, casework.CaseID, ...casework.OperatorAct) error {
	return casework.Refuse(casework.JournalFull, "the program ends here")
}

func TestADestructionThatWasCutShortIsFinishedAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		torn := true
		h := newHall(t, func(o *desk.Options) {
			if torn {
				o.Journal = tornForget{o.Journal.(*journal.Journal)}
			}
		})
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"!", "abandon", "clerk", "journal-full"}, []string{"expect", "stage", "ended"},
			[]string{"expect", "content", "forgotten"}) // it went with the step; what is left is the key
		key := filepath.Join(h.dir, "keys", string(h.last.Case.ID)+".key")
		if _, err := os.Stat(key); err != nil {
			t.Fatal(err)
		}
		torn = false
		h.run([]string{"closed", "72h"}, []string{"expect", "content", "forgotten"}) // a weekend later
		if _, err := os.Stat(key); !errors.Is(err, fs.ErrNotExist) {
			t.Error("the key is still there:", err)
		}
	})
}

func TestADeskThatLacksSomethingIsNotMade(t *testing.T) {
	if _, err := desk.New(desk.Options{}); casework.KindOf(err) != casework.SettingsInvalid {
		t.Error(err)
	}
}
