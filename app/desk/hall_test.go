package desk_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/devices/camera"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// hall is one counter with everything on it: a real journal on disk, the real
// pad driver over the software pad, a camera, and the city.
type hall struct {
	t        *testing.T
	dir      string
	journal  *journal.Journal
	desk     *desk.Desk
	options  func(*desk.Options)
	pad      *softpad.Pad
	camera   *lens
	document *lens
	gun      *gun
	city     *city
	books    *catalogue.Catalogue
	signer   crypto.Signer
	watch    <-chan desk.Snapshot
	last     desk.Snapshot
	stop     func()
	encrypt  bool            // the pad is opened with its pen data encrypted
	before   casework.CaseID // the case before the one at the counter
	waits    sync.WaitGroup
}

// sample is read once: reading it takes longer than a story.
var sample = sync.OnceValues(catalogue.Sample)

func newHall(t *testing.T, options func(*desk.Options)) *hall {
	books, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	model := softpad.DefaultOpts()
	model.Model = softpad.STU430() // small pictures, quick tests
	_, key, _ := ed25519.GenerateKey(nil)
	h := &hall{t: t, dir: t.TempDir(), options: options, pad: softpad.New(model), camera: &lens{plugged: true}, document: &lens{plugged: true}, gun: newGun(),
		city: newCity("dongcheng"), books: books, signer: key}
	h.city.catalogue = books
	h.start()
	return h
}

// start opens the journal and starts the desk on it.
func (h *hall) start() {
	h.t.Helper()
	j, err := journal.Open(context.Background(), journal.Options{Dir: h.dir, Master: [32]byte{1}})
	if err != nil {
		h.t.Fatal(err)
	}
	o := desk.Options{Chain: "practice-test", Practice: true, Hall: "dongcheng", HallName: "东城区政务服务中心", Counter: "12", Clerk: "0871",
		Pseudonym: "clerk-7", Signer: h.signer, Journal: j, Authority: h.city, Catalogue: h.books, Screens: boards{}, Issuer: h.city.key,
		OpenPad: h.openPad, OpenCamera: h.openCamera, OpenDocument: func(context.Context) (desk.Camera, error) { return h.document.open() }, Suggest: camera.SuggestIn,
		Crop: func(jpeg []byte, page casework.Corners) ([]byte, error) { return camera.Crop(jpeg, page, 90) }, OpenScanner: h.gun.open, Ours: ours,
		Turn: func(jpeg []byte, degrees int) ([]byte, error) { return camera.Turned(jpeg, camera.Turn(degrees), 90) }, Receipt: func(id casework.CaseID, opening casework.Salt) string {
			return "https://phone.example/v/" + string(id) + "#" + protocol.ReceiptFragment(opening)
		}}
	if h.options != nil {
		h.options(&o)
	}
	d, err := desk.New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	h.journal, h.desk, h.watch = j, d, d.Watch(ctx)
	h.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Error("Run:", err)
		}
		h.waits.Wait()
		if err := j.Close(); err != nil {
			h.t.Error("closing the journal:", err)
		}
	}
	h.settle()
}

// kill leaves what a kill at this moment would leave of the journal, and starts
// on that: nothing is closed or flushed first.
func (h *hall) kill() {
	h.t.Helper()
	left := h.t.TempDir()
	if err := os.CopyFS(left, os.DirFS(h.dir)); err != nil {
		h.t.Fatal(err)
	}
	h.stop()
	if err := os.Remove(filepath.Join(left, "journal.lock")); err != nil {
		h.t.Fatal(err)
	}
	h.dir = left
	h.start()
}

func (h *hall) openPad(ctx context.Context) (desk.Pad, error) {
	if !h.pad.Plugged() {
		return nil, casework.Refuse(casework.PadMissing, "nothing is plugged in")
	}
	opts := stu.DefaultOpts()
	opts.Encrypt = h.encrypt
	dev, err := stu.New(ctx, h.pad.Link(), opts)
	if err != nil {
		return nil, err
	}
	return dev, nil
}

func (h *hall) openCamera(context.Context) (desk.Camera, error) { return h.camera.open() }

// settle waits until everything that is under way has come to rest, the pad's
// picture too, and takes the snapshot of that moment.
func (h *hall) settle() {
	h.t.Helper()
	for range 3000 {
		synctest.Wait()
		select {
		case s, open := <-h.watch:
			if open {
				h.last = s
			}
			continue
		default:
		}
		if h.last.Busy != desk.BusyPad || h.last.Pad.State != desk.Good {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	h.t.Fatal("the counter does not come to rest")
}

// pass lets time go by.
func (h *hall) pass(d time.Duration) {
	<-time.After(d)
	h.settle()
}

// lens is a camera of the tests: it serves a picture of nothing.
type lens struct {
	mu      sync.Mutex
	plugged bool
	opened  int
}

func (l *lens) plug(in bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plugged = in
}

func (l *lens) Modes() []string { return []string{"640×480 JPEG 10/s"} }

func (l *lens) open() (desk.Camera, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.plugged {
		return nil, casework.Refuse(casework.CameraMissing, "no camera is attached")
	}
	l.opened++
	return l, nil
}

func (l *lens) inUse() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}

func (l *lens) Name() string { return "test card" }

func (l *lens) Frame(ctx context.Context) ([]byte, error) {
	t := time.NewTimer(time.Second / 15)
	defer t.Stop()
	select {
	case <-t.C:
		return l.Still(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lens) Still(context.Context) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.plugged {
		return nil, casework.Refuse(casework.CameraLost, "the camera was unplugged")
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 24, 16)), nil)
	return out.Bytes(), err
}

func (l *lens) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened == 0 {
		return errors.New("closed twice")
	}
	l.opened--
	return nil
}

// boards draws screens as white boards with a mark that tells them apart, with areas
// where the real ones have them. Forms are cut into pages of four lines.
type boards struct{}

const linesPerPage = 4

func (boards) Draw(s casework.CitizenScreen, size image.Point) casework.Picture {
	img := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	mark := sha256.Sum256(fmt.Append(nil, s))
	for i, b := range mark {
		if b&1 == 0 {
			draw.Draw(img, image.Rect(i*8, 0, i*8+8, 8), image.Black, image.Point{}, draw.Src)
		}
	}
	p := casework.Picture{Image: img, Pages: 1}
	wide := size.X / 4
	area := func(n int, name casework.TouchName) {
		p.Areas = append(p.Areas, casework.TouchArea{Name: name, Rect: image.Rect(n*wide+5, size.Y-40, (n+1)*wide-5, size.Y-5)})
	}
	switch s.Kind {
	case casework.ScreenConfirm:
		p.Pages = max(1, (len(s.Form)+linesPerPage-1)/linesPerPage)
		area(0, casework.TouchRefuse)
		area(1, casework.TouchPrevious)
		area(2, casework.TouchNext)
		area(3, casework.TouchAgree)
	case casework.ScreenTrial:
		p.Ink = image.Rect(20, 40, size.X-20, size.Y-20)
	case casework.ScreenSign:
		p.Ink = image.Rect(20, 50, size.X-20, size.Y-50)
		area(0, casework.TouchRefuse)
		area(1, casework.TouchRedo)
		area(3, casework.TouchAgree)
	case casework.ScreenPhoto:
		area(0, casework.TouchRefuse)
		area(3, casework.TouchAgree)
	}
	return p
}

// verify reads the case back as an auditor would: the chain, the signatures and
// every commitment that can still be opened.
func (h *hall) verify(id casework.CaseID) casework.CaseRecord {
	h.t.Helper()
	r, err := h.journal.Case(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	raw, err := h.journal.Raw(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	public, _ := protocol.PublicOf(h.signer)
	var c casework.Standing
	for _, b := range raw {
		e, env, err := protocol.OpenEntry(b)
		if err == nil {
			err = env.Verify(public)
		}
		if err == nil {
			c, err = c.Next(e, protocol.DigestOf(b))
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return r
}
