package rehearse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"path/filepath"
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
	"counterfoil/ui/citizen"
)

// hand is the citizen's hand on the software pad.
type hand struct{ *softpad.Pad }

func (h hand) Sign(ctx context.Context, area image.Rectangle) error {
	return h.Play(ctx, softpad.Signature(area))
}

// installation is a whole practice installation: centre with its ledger node,
// and one counter, over HTTP and TLS on loopback.
type installation struct {
	books   *catalogue.Catalogue
	centre  *centre.Centre
	counter *counter.Counter
	pad     *softpad.Pad
	phone   *rehearse.Phone
}

func install(t *testing.T) installation {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, home := t.Context(), t.TempDir()
	books, err := catalogue.Sample()
	must(err)
	far, err := centre.Start(context.WithoutCancel(ctx), centre.Options{Home: filepath.Join(home, "centre"), Catalogue: books, Practice: true})
	must(err)
	t.Cleanup(func() { must(far.Close()) })
	id, err := counter.LoadIdentity(filepath.Join(home, "counter"))
	must(err)
	key, err := protocol.PublicOf(id.Device)
	must(err)
	must(far.Enrol(ctx, "dongcheng", "12", key))
	screens, err := citizen.New(assets.Regular(), assets.Bold(), func(_, key string, _ ...any) string { return key })
	must(err)
	pad := softpad.New(softpad.DefaultOpts())
	near, err := counter.Start(context.WithoutCancel(ctx), counter.Options{Dir: filepath.Join(home, "counter"), Identity: id, Practice: true, Chain: far.Chain(),
		Hall: "dongcheng", Counter: "12", Clerk: "0317", Language: "zh-CN", Centre: far.CountersURL(), CentreKey: far.CountersKey(),
		Nodes: []string{far.LedgerURL()}, Trust: far.Trust(), Issuers: far.Issuers(), Catalogue: books, Screens: screens,
		OpenPad: counter.PadAt(pad, false), OpenCamera: counter.PracticeCamera, LedgerLimit: time.Hour, ClearAfter: time.Minute, Now: time.Now, Log: discard()})
	must(err)
	t.Cleanup(func() { must(near.Close()) })
	phone, err := rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: far.PhoneURL(), PIN: repository.PracticePIN, Hall: "dongcheng"})
	must(err)
	return installation{books: books, centre: far, counter: near, pad: pad, phone: phone}
}

func (i installation) options(out *bytes.Buffer, cases int) rehearse.Options {
	return rehearse.Options{Desk: i.counter.Desk, Citizen: i.phone, Hand: hand{i.pad}, Items: i.books.Items(), Cases: cases, Out: out}
}

// TestARehearsalServesCasesToTheirLastReceipt runs everything there is, and
// reads its report as a script would.
func TestARehearsalServesCasesToTheirLastReceipt(t *testing.T) {
	here := install(t)
	var out bytes.Buffer
	var kept []casework.CaseID
	o := here.options(&out, 4)
	o.JSON = true
	o.After = func(_ context.Context, id casework.CaseID) error {
		kept = append(kept, id)
		return nil
	}
	if err := rehearse.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var summary rehearse.Summary
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &summary); err != nil {
		t.Fatal(err)
	}
	if summary.Served != 4 || summary.Receipts != summary.Entries || summary.Entries != len(lines)-1 || len(kept) != 4 {
		t.Errorf("the summary is %+v, kept %d", summary, len(kept))
	}
	methods := map[casework.Method]int{}
	for _, id := range kept {
		r, err := here.counter.Journal.Case(t.Context(), id)
		if err != nil || r.Standing.State != casework.StateSubmitted {
			t.Fatalf("case %s stands at %s, %v", id, r.Standing.State, err)
		}
		for _, s := range r.Steps {
			if s.Send != casework.Committed || s.Height == 0 {
				t.Errorf("%s of %s is %s at height %d", s.Kind, id, s.Send, s.Height)
			}
			methods[s.Body.Method]++
		}
	}
	if methods[casework.ByCode] != 2 || methods[casework.ByQR] != 2 {
		t.Errorf("authorized %v", methods)
	}
	var step rehearse.Step
	if err := json.Unmarshal([]byte(lines[0]), &step); err != nil || step.Kind != casework.Opened || step.Seq != 1 || step.Receipt == nil || step.Height == 0 {
		t.Errorf("the first line is %s", lines[0])
	}
}

// TestARehearsalThatStopsFailsAndSaysHowFarItCame: the pad goes, and the form
// cannot be confirmed.
func TestARehearsalThatStopsFailsAndSaysHowFarItCame(t *testing.T) {
	here := install(t)
	var out bytes.Buffer
	o := here.options(&out, 2)
	o.Citizen = leaving{Phone: here.phone, leave: func() error { here.pad.Unplug(); return nil }}
	o.Step = 3 * time.Second
	err := rehearse.Run(t.Context(), o)
	if err == nil {
		t.Fatal("a rehearsal without a pad succeeds")
	}
	if !strings.Contains(out.String(), "0 of 2 cases") {
		t.Errorf("the report ends with %s", out.String())
	}
}

// leaving is a citizen who takes the pad along before telling the code.
type leaving struct {
	*rehearse.Phone
	leave func() error
}

func (l leaving) MakeCode(ctx context.Context, item casework.ServiceItem) (string, error) {
	if err := l.leave(); err != nil {
		return "", err
	}
	return l.Phone.MakeCode(ctx, item)
}
