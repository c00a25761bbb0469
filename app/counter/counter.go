package counter

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/app/staff"
	"counterfoil/devices/camera"
	"counterfoil/sync/authority"
	"counterfoil/sync/ledger"
	"counterfoil/sync/outbox"
)

// Options is all that a counter needs to start.
type Options struct {
	Dir      string // of the journal; created when missing
	Identity Identity
	Practice bool
	Chain    string
	Hall     casework.HallID
	Counter  casework.CounterID
	Clerk    string // number of the clerk
	Language string // "zh-CN" or "en": of the citizen's screens

	Roster bool   // the hall's clerks sign in, as its roster says; false: Clerk works here and nobody signs in
	Cards  string // path of the PKCS#11 module of their cards; "": none

	Centre    string             // address of the centre's interface for counters
	CentreKey protocol.PublicKey // pinned
	Nodes     []string           // addresses of ledger nodes, the nearest first
	Trust     []byte             // trust document: chain id, validators, and perhaps links
	Issuers   map[string]protocol.PublicKey

	Catalogue    *catalogue.Catalogue
	Screens      desk.Screens
	OpenPad      func(context.Context) (desk.Pad, error)     // nil: no pad configured
	OpenCamera   func(context.Context) (desk.Camera, error)  // nil: no camera configured
	OpenDocument func(context.Context) (desk.Camera, error)  // nil: no camera for pages alone
	OpenScanner  func(context.Context) (desk.Scanner, error) // nil: none on a line of its own
	LedgerLimit  time.Duration                               // age of the queue from which no new case is opened
	ClearAfter   time.Duration                               // until a finished case leaves the screen
	LockAfter    time.Duration                               // until the counter locks by itself; 0: never
	Presence     []desk.Guarded                              // what wants the clerk's word once more
	Second       []desk.Guarded                              // what wants a second person's
	Now          func() time.Time
	Log          *slog.Logger
	Pace         Pace

	// Prepare is optional: it is called once the journal is open, and may fill in
	// the centre, the ledger and whether this is practice. What it starts is then
	// started by the one program that has the journal.
	Prepare func(context.Context, *Options) error
}

// Pace is how often a counter asks again. Zero values take the defaults in
// brackets, which suit a hall of many counters; a test of outages is quicker.
type Pace struct {
	Greet    time.Duration // until the centre has answered for the first time [2 s]
	Poll     time.Duration // after a poll for revocations failed [3 s]
	Health   time.Duration // between looks at the ledger while nothing is sent [10 s]
	Compare  time.Duration // between looks at what the ledger holds of this counter [1 min]
	Evidence time.Duration // after a copy could not be sent [1 min]
	Send     time.Duration // longest wait of the outbox [30 s]
	Check    time.Duration // after the start until the journal is read through [1 min]
}

func (p Pace) withDefaults() Pace {
	return Pace{Greet: cmp.Or(p.Greet, 2*time.Second), Poll: cmp.Or(p.Poll, 3*time.Second), Health: cmp.Or(p.Health, 10*time.Second),
		Compare:  cmp.Or(p.Compare, time.Minute),
		Evidence: cmp.Or(p.Evidence, time.Minute), Send: cmp.Or(p.Send, 30*time.Second),
		Check: cmp.Or(p.Check, time.Minute)}
}

// Counter is a running counter.
type Counter struct {
	Desk    *desk.Desk
	Journal *journal.Journal
	Staff   *staff.Staff // nil where nobody signs in

	options   Options
	authority *authority.Client
	ledger    *ledger.Client
	outbox    *outbox.Outbox
	stop      context.CancelFunc
	running   sync.WaitGroup
	greeted   chan struct{} // closed once about is known
	about     protocol.About

	comparing sync.Mutex
	behind    behind       // guarded by comparing
	halt      atomic.Value // casework.RefusalKind: why no case may begin; nil before the first contact
}

// Start opens the journal and starts everything that runs beside the desk. It
// returns a *casework.Refusal when the journal or the settings can't be used;
// the centre and the ledger may be down, a counter starts all the same.
func Start(ctx context.Context, o Options) (*Counter, error) {
	o.Pace = o.Pace.withDefaults()
	at, err := journalOf(o.Dir, o.Identity, o.Now)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(ctx, at)
	if err != nil {
		return nil, err
	}
	c := &Counter{Journal: j, greeted: make(chan struct{}), behind: behind{known: map[string]int{}, strange: map[casework.CaseID]int{}}}
	if err := c.assemble(ctx, o); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	ctx, c.stop = context.WithCancel(ctx)
	for name, run := range map[string]func(context.Context) error{
		"desk": c.Desk.Run, "outbox": c.outbox.Run, "revocations": c.followRevocations,
		"centre": c.greetCentre, "evidence": c.sendEvidence, "log": c.logSteps, "ledger": c.askLedger, "journal": c.checkJournal, "roster": c.followRoster, "comparison": c.followLedger,
	} {
		c.running.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				o.Log.Error("a part of the counter ended", "part", name, "error", err)
			}
		})
	}
	return c, nil
}

func (c *Counter) assemble(ctx context.Context, o Options) (err error) {
	if o.Prepare != nil {
		if err := o.Prepare(ctx, &o); err != nil {
			return err
		}
	}
	c.options = o
	trust, err := c.trusted(ctx)
	if err != nil {
		return err
	}
	if c.authority, err = o.authority(); err != nil {
		return err
	}
	c.ledger = ledger.New(ledger.Options{Nodes: o.Nodes, Trust: trust, Keep: c.keepLink, Now: o.Now, Log: o.Log})
	c.outbox = outbox.New(c.Journal, c.ledger, outbox.Options{Now: o.Now, Most: o.Pace.Send})
	who, err := c.staff(ctx)
	if err != nil {
		return err
	}
	hall, _ := o.Catalogue.Hall(o.Hall)
	c.Desk, err = desk.New(desk.Options{
		Chain: o.Chain, Practice: o.Practice, Hall: o.Hall, HallName: hall.Name, Counter: o.Counter,
		Clerk: o.Clerk, Pseudonym: o.Identity.Pseudonym(o.Clerk), Language: o.Language, Signer: o.Identity.Device,
		Journal: c.Journal, Authority: c.authority, Catalogue: o.Catalogue, Screens: o.Screens, Staff: who,
		OpenPad: o.OpenPad, OpenCamera: o.OpenCamera, OpenScanner: o.OpenScanner, Ours: c.codeIn, OpenDocument: o.OpenDocument, Suggest: camera.SuggestIn, Crop: crop, Turn: turn, Judge: judge, Plugged: plugged, Issuer: c.issuer, Lights: c.lights, Stopped: c.stopped, Receipt: c.receiptLink,
		Export: c.Export, Now: o.Now, Clock: c.authority.Clock, LedgerLimit: o.LedgerLimit, ClearAfter: o.ClearAfter,
		LockAfter: o.LockAfter, Presence: o.Presence, Second: o.Second,
	})
	return err
}

func (c *Counter) issuer(name string) (protocol.PublicKey, bool) {
	key, ok := c.options.Issuers[name]
	return key, ok
}

// Close stops every part, the producers first, and closes the journal. What is
// not on the ledger yet stays queued on disk.
func (c *Counter) Close() error {
	c.stop()
	c.running.Wait()
	return c.Journal.Close()
}
