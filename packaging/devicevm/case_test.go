//go:build vm

package devicevm_test

import (
	"context"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre"
	"counterfoil/app/centre/repository"
	"counterfoil/app/counter"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/assets"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
	"counterfoil/ui/citizen"
)

// pictures is where a test leaves what a person should look at; the machine hands
// it out at its end.
const pictures = "/tmp/pictures"

// citizenHand is the citizen's hand on the far end of the pad. Before it acts it
// keeps what the display shows.
type citizenHand struct {
	t    *testing.T
	pad  *softpad.Pad
	seen int
}

func (h *citizenHand) Tap(ctx context.Context, at image.Point) error {
	h.keep()
	return h.pad.Tap(ctx, at)
}

func (h *citizenHand) Sign(ctx context.Context, area image.Rectangle) error {
	err := h.pad.Play(ctx, softpad.Signature(area))
	h.keep()
	return err
}

func (h *citizenHand) keep() {
	h.seen++
	save(h.t, "pad-"+string(rune('0'+h.seen))+".png", h.pad.Display())
}

func save(t *testing.T, name string, img image.Image) {
	t.Helper()
	f, err := os.Create(filepath.Join(pictures, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Error(err)
	}
}

// TestACaseIsServedOnTheKernelsNodes takes one case from its opening to its last
// receipt, with a centre and its ledger node in the same process, the pad behind
// hidraw and the camera behind V4L2, each opened as the application opens it, and pen
// data encrypted.
func TestACaseIsServedOnTheKernelsNodes(t *testing.T) {
	if err := os.MkdirAll(pictures, 0o700); err != nil {
		t.Fatal(err)
	}
	m, pad := watched(t), newPad(false)
	plugUhid(t, pad)
	m.one("hidraw")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	far, near := installed(ctx, t)
	phone, err := rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: far.PhoneURL(), PIN: repository.PracticePIN, Hall: "dongcheng"})
	if err != nil {
		t.Fatal(err)
	}
	err = rehearse.Run(ctx, rehearse.Options{Desk: near.Desk, Citizen: phone, Hand: &citizenHand{t: t, pad: pad}, Items: demanding(t), Cases: 1, Out: os.Stdout,
		Step: time.Minute, Receipt: time.Minute, After: func(ctx context.Context, id casework.CaseID) error { return proved(ctx, t, far, near, id) }})
	if err != nil {
		t.Fatal(err)
	}
}

// installed starts a centre and a counter that takes the devices that it finds.
func installed(ctx context.Context, t *testing.T) (*centre.Centre, *counter.Counter) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	books, err := catalogue.Sample()
	must(err)
	texts, err := assets.LoadTexts()
	must(err)
	screens, err := citizen.New(assets.Regular(), assets.Bold(), texts.T)
	must(err)
	quiet := slog.New(slog.DiscardHandler)
	far, err := centre.Start(ctx, centre.Options{Home: t.TempDir(), Catalogue: books, Practice: true, Phone: "127.0.0.1:0", Counters: "127.0.0.1:0", Ledger: "127.0.0.1:0", Log: quiet})
	must(err)
	t.Cleanup(func() { far.Close() })
	dir := t.TempDir()
	id, err := counter.LoadIdentity(dir)
	must(err)
	key, err := protocol.PublicOf(id.Device)
	must(err)
	must(far.Enrol(ctx, "dongcheng", "12", key))
	soon := 100 * time.Millisecond
	near, err := counter.Start(ctx, counter.Options{Dir: dir, Identity: id, Practice: true, Chain: far.Chain(), Hall: "dongcheng", Counter: "12", Clerk: "0317",
		Language: "zh-CN", Centre: far.CountersURL(), CentreKey: far.CountersKey(), Nodes: []string{far.LedgerURL()}, Trust: far.Trust(), Issuers: far.Issuers(),
		Catalogue: books, Screens: screens, OpenPad: counter.AttachedPad(true), OpenCamera: counter.CameraAt("auto", 0), LedgerLimit: time.Hour, ClearAfter: time.Hour,
		Now: time.Now, Log: quiet, Pace: counter.Pace{Greet: soon, Poll: soon, Health: soon, Evidence: soon, Send: soon}})
	must(err)
	t.Cleanup(func() { near.Close() })
	return far, near
}

// demanding returns the items that ask for everything.
func demanding(t *testing.T) []casework.ServiceItem {
	t.Helper()
	books, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(books.Items()), func(i casework.ServiceItem) bool {
		return !i.Demands.Signature || i.Demands.Photo != casework.PhotoRequired
	})
}

// proved checks the case's bundle, and keeps its photo.
func proved(ctx context.Context, t *testing.T, far *centre.Centre, near *counter.Counter, id casework.CaseID) error {
	raw, err := near.Bundle(ctx, id)
	if err != nil {
		return err
	}
	trust, err := receipt.ParseTrust(far.Trust())
	if err != nil {
		return err
	}
	standing, err := bundle.Check(raw, trust, func(bundle.Line) {})
	if err != nil {
		return err
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		return err
	}
	photos, inks := 0, 0
	for _, a := range slices.Concat(m.Contents...) {
		switch a.Name {
		case "photo":
			photos++
			err = os.WriteFile(filepath.Join(pictures, "photo.jpg"), a.Content, 0o600)
		case "ink":
			inks++
			k, bad := protocol.DecodeInk(a.Content)
			if bad != nil || k.Lost != 0 || !strings.HasPrefix(k.Pad.Serial, "EMU") || k.Pad.Encryption == "" {
				t.Errorf("the ink: %v, %d lost, on %s, encrypted by %q", bad, k.Lost, k.Pad.Model, k.Pad.Encryption)
			}
		}
	}
	if photos != 1 || inks != 1 {
		t.Errorf("%d photos and %d inks are in the bundle", photos, inks)
	}
	t.Logf("case %s, %d entries: the bundle holds", standing.State, standing.Seq)
	return err
}
