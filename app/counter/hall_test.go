package counter_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre"
	"counterfoil/app/centre/repository"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/assets"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/packaging/campaign/vacant"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
	"counterfoil/ui/citizen"
)

// hall is a whole installation: a centre with its ledger node at addresses that
// stay, one counter with its journal on disk, its pad, and a citizen's phone.
type hall struct {
	t      *testing.T
	ctx    context.Context // ends when a test has waited too long
	books  *catalogue.Catalogue
	far    centre.Options
	near   counter.Options
	pad    *softpad.Pad
	log    *record
	behind atomic.Int64 // how far the clocks of counter and centre lag, in nanoseconds

	centre  *centre.Centre
	counter *counter.Counter
	desk    *desk.Desk
	phone   *rehearse.Phone
	session *session
	item    casework.ServiceItem
	number  string // that the clerk reads off an original; empty: one for all
	watch   <-chan desk.Snapshot
	last    desk.Snapshot
}

// drawn and sample are made once: drawing and reading take longer than a case.
var (
	drawn = sync.OnceValues(func() (*citizen.Drawer, error) {
		texts, err := assets.LoadTexts()
		if err != nil {
			return nil, err
		}
		return citizen.New(assets.Regular(), assets.Bold(), texts.T)
	})
	sample = sync.OnceValues(catalogue.Sample)
)

func newHall(t *testing.T) *hall {
	t.Helper()
	return hallWithin(t, time.Minute)
}

// hallWithin is a hall for a test that may take long.
func hallWithin(t *testing.T, patience time.Duration) *hall {
	t.Helper()
	return hallOf(t, patience, sample, "")
}

// hallOf is a hall with a catalogue and a register of its own; "" is the invented
// register.
func hallOf(t *testing.T, patience time.Duration, books func() (*catalogue.Catalogue, error), register string) *hall {
	t.Helper()
	return hallIn(t, protocol.Suite1, patience, books, register)
}

// hallIn is a hall whose counter is of a suite.
func hallIn(t *testing.T, suite protocol.Suite, patience time.Duration, books func() (*catalogue.Catalogue, error), register string) *hall {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	h := &hall{t: t, ctx: ctx, log: &record{}, session: &session{}}
	var err error
	h.books, err = books()
	h.must(err)
	screens, err := drawn()
	h.must(err)
	home := t.TempDir()
	h.far = centre.Options{Home: filepath.Join(home, "centre"), Catalogue: h.books, Register: register, Practice: true, Phone: vacant.Address(), Counters: vacant.Address(), Ledger: vacant.Address(), Now: h.now,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	h.open()
	t.Cleanup(func() { h.must(h.centre.Close()) })
	id, err := counter.LoadIdentityOf(filepath.Join(home, "counter"), suite)
	h.must(err)
	key, err := id.Public()
	h.must(err)
	h.must(h.centre.Enrol(ctx, "dongcheng", "12", key))
	model := softpad.DefaultOpts()
	model.Model = softpad.STU430() // small pictures
	h.pad = softpad.New(model)
	soon := 100 * time.Millisecond
	h.near = counter.Options{Dir: filepath.Join(home, "counter"), Identity: id, Practice: true, Chain: h.centre.Chain(),
		Hall: "dongcheng", Counter: "12", Clerk: "0317", Language: "zh-CN", Centre: h.centre.CountersURL(), CentreKey: h.centre.CountersKey(),
		Nodes: []string{h.centre.LedgerURL()}, Trust: h.centre.Trust(), Issuers: h.centre.Issuers(), Catalogue: h.books, Screens: screens,
		OpenPad: counter.PadAt(h.pad, false), OpenCamera: counter.PracticeCamera, LedgerLimit: time.Hour, ClearAfter: time.Hour, Now: h.now,
		Log:  slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Pace: counter.Pace{Greet: soon, Poll: soon, Health: soon, Compare: soon, Evidence: soon, Send: soon}}
	h.start()
	t.Cleanup(func() { h.must(h.counter.Close()) })
	h.phone, err = rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: h.centre.PhoneURL(), PIN: repository.PracticePIN, Hall: "dongcheng", Client: h.session})
	h.must(err)
	h.choose()
	return h
}

func (h *hall) now() time.Time { return time.Now().Add(-time.Duration(h.behind.Load())) }

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// open starts the centre, at the addresses of the last time.
func (h *hall) open() {
	h.t.Helper()
	var err error
	h.centre, err = centre.Start(context.Background(), h.far)
	h.must(err)
}

// start starts the counter on what is on its disk.
func (h *hall) start() {
	h.t.Helper()
	var err error
	h.counter, err = counter.Start(context.Background(), h.near)
	h.must(err)
	h.desk = h.counter.Desk
	h.watch, h.last = h.desk.Watch(h.ctx), desk.Snapshot{}
}

// choose takes an item that the citizen can be served with and that demands
// everything.
func (h *hall) choose() {
	h.t.Helper()
	held, err := h.phone.Kinds(h.ctx)
	h.must(err)
	for _, item := range h.books.Items() {
		foreign := slices.ContainsFunc(item.Needs, func(n casework.LicenceNeed) bool { return !slices.Contains(held, n.Kind) })
		if !foreign && item.Demands.Signature && item.Demands.Photo != casework.PhotoNone {
			h.item = item
			return
		}
	}
	h.t.Fatal("no item suits the citizen")
}

// until takes snapshots until one is as wanted, the last one included.
func (h *hall) until(what string, wanted func(desk.Snapshot) bool) {
	h.t.Helper()
	for h.last.Revision == 0 || !wanted(h.last) {
		select {
		case s, open := <-h.watch:
			if open {
				h.last = s
				continue
			}
		case <-h.ctx.Done():
		}
		s := h.last
		h.t.Fatalf("never: %s; stage %s, screen %s, busy %q, problem %+v, queue %+v, ledger %+v, centre %+v, pad %+v, %v\n%s", what, s.Stage, s.ScreenKind, s.Busy, s.Problem, s.Queue, s.Ledger, s.Centre, s.Pad, h.ctx.Err(), h.log)
	}
}

func (h *hall) stage(stage desk.Stage) {
	h.t.Helper()
	h.until("stage "+string(stage), func(s desk.Snapshot) bool { return s.Stage == stage && s.Busy == "" })
}

func (h *hall) shows(screen casework.ScreenKind) {
	h.t.Helper()
	h.until("screen "+string(screen), func(s desk.Snapshot) bool { return s.ScreenKind == screen && s.Busy == "" })
}

// settled waits until everything is on the ledger and both lights are green. The
// queue in a snapshot may be of a moment before its case's last step: the rail is
// of the step's own.
func (h *hall) settled() {
	h.t.Helper()
	h.until("nothing waits, all is well", func(s desk.Snapshot) bool {
		open := s.Case != nil && slices.ContainsFunc(s.Case.Rail, func(r desk.RailStep) bool { return r.State == desk.RailDone && r.Send != casework.Committed })
		return !open && s.Queue.Waiting == 0 && s.Queue.Refused == 0 && s.Ledger.State == desk.Good && s.Centre.State == desk.Good
	})
}

func (h *hall) opened() casework.CaseID {
	h.t.Helper()
	h.until("the pad is there", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good })
	h.must(h.desk.Open(h.ctx, h.item.Code))
	h.stage(desk.StageAuthorize)
	return h.last.Case.ID
}

// authorized opens a case and has the citizen tell a code.
func (h *hall) authorized() casework.CaseID {
	h.t.Helper()
	id := h.opened()
	h.tell()
	return id
}

func (h *hall) tell() string {
	h.t.Helper()
	code, err := h.phone.MakeCode(h.ctx, h.item)
	h.must(err)
	h.must(h.desk.Paste(code))
	h.stage(desk.StageReview)
	return code
}

// confirmed takes the case from the review to the signature.
func (h *hall) confirmed() {
	h.t.Helper()
	h.agreed()
	h.shows(casework.ScreenSign)
}

// agreed has the citizen read every page and agree, and does not wait for what comes.
func (h *hall) agreed() {
	h.t.Helper()
	h.pushed()
	for h.last.Case.Page+1 < h.last.Case.Pages {
		page := h.last.Case.Page
		h.touch(casework.TouchNext)
		h.until("the next page", func(s desk.Snapshot) bool { return s.Case.Page != page && s.Busy == "" })
	}
	h.touch(casework.TouchAgree)
}

func (h *hall) pushed() {
	h.t.Helper()
	for _, f := range h.item.Form {
		switch {
		case f.From != "" && h.last.Case.Typed != nil:
			h.must(h.desk.Fill(h.ctx, f.Field, h.read(h.last.Case.Typed[f.Field])))
		case f.From != "":
		case len(f.Choices) > 0:
			h.must(h.desk.Fill(h.ctx, f.Field, f.Choices[0].Value))
		default:
			h.must(h.desk.Fill(h.ctx, f.Field, "手填的内容"))
		}
	}
	h.must(h.desk.Push(h.ctx))
	h.until("the form is on the pad", func(s desk.Snapshot) bool {
		return s.Stage == desk.StageConfirm && s.ScreenKind == casework.ScreenConfirm && s.Busy == ""
	})
}

func (h *hall) touch(name casework.TouchName) {
	h.t.Helper()
	area := h.last.Screen.Area(name)
	if area.Empty() {
		h.t.Fatalf("screen %s cannot be touched at %s", h.last.ScreenKind, name)
	}
	h.must(h.pad.Tap(h.ctx, image.Pt((area.Min.X+area.Max.X)/2, (area.Min.Y+area.Max.Y)/2)))
}

// finished takes the case from the signature to its end.
func (h *hall) finished() {
	h.t.Helper()
	h.must(h.pad.Play(h.ctx, softpad.Signature(h.last.Screen.Ink)))
	h.touch(casework.TouchAgree)
	h.shows(casework.ScreenPhoto)
	h.touch(casework.TouchAgree)
	h.until("the camera", func(s desk.Snapshot) bool { return s.Stage == desk.StagePhoto && s.Camera.State == desk.Good })
	h.must(h.desk.Photograph(h.ctx))
	h.until("the photo", func(s desk.Snapshot) bool {
		return s.Busy == "" && (s.Stage == desk.StageSubmit || s.Stage == desk.StageCrop)
	})
	if h.last.Stage == desk.StageCrop {
		h.must(h.desk.Crop(h.ctx, h.last.Case.Corners))
		h.stage(desk.StageSubmit)
	}
	h.must(h.desk.Submit(h.ctx))
	h.stage(desk.StageDone)
}

// served serves a whole case to its last receipt.
func (h *hall) served() casework.CaseID {
	h.t.Helper()
	id := h.authorized()
	h.confirmed()
	h.finished()
	h.settled()
	return id
}

// proved checks that the case is on the ledger exactly as it is in the journal,
// every entry once and in order, and that its bundle holds.
func (h *hall) proved(id casework.CaseID, want ...casework.StepKind) casework.Standing {
	h.t.Helper()
	r, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	if kinds := kindsOf(r); !slices.Equal(kinds, want) {
		h.t.Errorf("the steps are %v, want %v", kinds, want)
	}
	for _, s := range r.Steps {
		if s.Send != casework.Committed {
			h.t.Errorf("%s is %s", s.Kind, s.Send)
		}
	}
	if there := h.onChain(id); there.Seq != len(r.Steps) || there.Head != r.Standing.Head || there.State != r.Standing.State {
		h.t.Errorf("the chain has %+v, the journal %+v", there, r.Standing)
	}
	raw, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	standing, err := bundle.Check(raw, h.trust(), func(bundle.Line) {})
	if err != nil || standing.Head != r.Standing.Head {
		h.t.Errorf("the bundle: %v", err)
	}
	return r.Standing
}

func kindsOf(r casework.CaseRecord) []casework.StepKind {
	var kinds []casework.StepKind
	for _, s := range r.Steps {
		kinds = append(kinds, s.Kind)
	}
	return kinds
}

func (h *hall) trust() receipt.Trust {
	h.t.Helper()
	trust, err := receipt.ParseTrust(h.near.Trust)
	h.must(err)
	return trust
}

// onChain asks the node itself, around all of our own clients.
func (h *hall) onChain(id casework.CaseID) casework.Standing {
	h.t.Helper()
	resp, err := http.Get(h.centre.LedgerURL() + "/abci_query?path=" + url.QueryEscape(`"`+protocol.LedgerCase+string(id)+`"`))
	h.must(err)
	defer resp.Body.Close()
	var answer struct {
		Result struct {
			Response struct {
				Value []byte `json:"value"`
			} `json:"response"`
		} `json:"result"`
	}
	h.must(json.NewDecoder(resp.Body).Decode(&answer))
	var state protocol.CaseState
	h.must(protocol.Unmarshal(answer.Result.Response.Value, &state))
	return state.Standing(id)
}

// revoke unbinds the grant of a case on the phone (解绑).
func (h *hall) revoke(id casework.CaseID) {
	h.t.Helper()
	h.unbind(h.grant(id))
}

func (h *hall) grant(id casework.CaseID) casework.GrantID {
	h.t.Helper()
	r, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	return r.Standing.Grant
}

// unbind needs no counter.
func (h *hall) unbind(grant casework.GrantID) {
	h.t.Helper()
	resp := h.onPhone(http.MethodPost, strings.Replace(protocol.PathPhoneRevoke, "{id}", string(grant), 1))
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		h.t.Fatalf("the phone answers %s", resp.Status)
	}
}

func (h *hall) onPhone(method, path string) *http.Response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.ctx, method, h.centre.PhoneURL()+path, nil)
	h.must(err)
	req.Header.Set("X-Counterfoil", "1")
	req.Header.Set("Cookie", h.session.cookie())
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	return resp
}

// state is what the phone shows of a grant, at its revocation where it was unbound.
func (h *hall) state(grant casework.GrantID) protocol.UseRecord {
	h.t.Helper()
	resp := h.onPhone(http.MethodGet, protocol.PathPhoneRecords)
	defer resp.Body.Close()
	var list []protocol.UseRecord
	h.must(json.NewDecoder(resp.Body).Decode(&list))
	for _, r := range list {
		if r.Grant == grant {
			return r
		}
	}
	h.t.Fatal("the phone does not show the grant")
	return protocol.UseRecord{}
}

// wiped asks the phone, as its page does, until it shows that the counter has wiped
// what it held.
func (h *hall) wiped(grants ...casework.GrantID) {
	h.t.Helper()
	for _, g := range grants {
		for r := h.state(g); r.State != "wiped" || r.Wiped.Before(r.Revoked); r = h.state(g) {
			if h.ctx.Err() != nil {
				h.t.Fatalf("the phone still shows %s\n%s", r.State, h.log)
			}
		}
	}
}

// session lets calls of the phone through and remembers who is signed in.
type session struct {
	mu   sync.Mutex
	last string
}

func (s *session) RoundTrip(req *http.Request) (*http.Response, error) {
	if c := req.Header.Get("Cookie"); c != "" {
		s.mu.Lock()
		s.last = c
		s.mu.Unlock()
	}
	return http.DefaultTransport.RoundTrip(req)
}

func (s *session) cookie() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// record is a log that many goroutines write.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
