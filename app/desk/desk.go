package desk

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Desk is one counter's desk. One goroutine, Run's, owns all of its state;
// everything else (intents, pen samples, the centre's answers) reaches it as a
// function over one channel. The alternative, a lock around the state, lets a
// slow centre hold the lock or answers slip in between two fields: refused.
type Desk struct {
	opt     Options
	suite   protocol.Suite // of the device key: of all commitments
	acts    chan func()
	stopped chan struct{} // closed when Run has ended
	beside  sync.WaitGroup
	views   watchers[Snapshot]
	frames  watchers[[]byte]

	// From here on everything belongs to Run's goroutine.
	ctx        context.Context // Run's
	at         *sitting        // the case at the counter; nil while idle
	aside      map[casework.CaseID]*sitting
	problem    *Problem
	unfinished []casework.CaseRecord
	today      int
	queue      casework.Queue
	revision   uint64
	pad        padSide
	camera     cameraSide
	document   cameraSide
	scanner    Light
	trial      *trial // a live test of a device; nil: none
	shift      shift
	keeper     keeper
}

// New returns a desk that is not running yet, or the refusal settings-invalid.
func New(o Options) (*Desk, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	key, err := protocol.PublicOf(o.Signer)
	if err != nil {
		return nil, err
	}
	d := &Desk{opt: o.withDefaults(), suite: key.Suite, acts: make(chan func(), 256), stopped: make(chan struct{}), aside: map[casework.CaseID]*sitting{}}
	d.keeper.began = time.Now()
	d.pad.light = Light{State: Absent}
	if o.OpenPad != nil {
		d.pad.light = Light{State: Waiting, Since: d.opt.Now()}
	}
	d.camera = newCameraSide(o.OpenCamera, TryCamera, d.opt.Now())
	d.document = newCameraSide(o.OpenDocument, TryDocument, d.opt.Now())
	d.scanner = Light{State: Absent}
	if o.OpenScanner != nil {
		d.scanner = Light{State: Waiting, Since: d.opt.Now()}
	}
	return d, nil
}

// Run serves the desk until ctx ends. It returns nil when all that it started
// has stopped; no case is lost by ending at any moment. It is called once.
func (d *Desk) Run(ctx context.Context) error {
	defer close(d.stopped)
	d.ctx = ctx
	var renewed <-chan struct{} // from before the first look at the roster: none is missed
	if d.opt.Staff != nil {
		renewed = d.opt.Staff.Renewed(ctx)
	}
	if err := d.begin(ctx); err != nil {
		return err
	}
	defer d.beside.Wait()
	if d.opt.OpenPad != nil {
		d.beside.Go(func() { d.drivePad(ctx) })
	}
	if d.opt.OpenScanner != nil {
		d.beside.Go(func() { d.driveScanner(ctx) })
	}
	d.beside.Go(func() { d.retain(ctx) })
	d.probeCameras()
	changed := d.opt.Journal.Changed(ctx)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	idle := time.NewTimer(max(d.opt.LockAfter, time.Nanosecond))
	defer idle.Stop()
	if d.opt.Staff == nil || d.opt.LockAfter == 0 {
		idle.Stop()
	}
	for {
		for _, c := range d.cameras() {
			d.directCamera(c)
		}
		d.show()
		select {
		case act := <-d.acts:
			act()
		case <-tick.C:
			d.tick()
		case <-idle.C:
			idle.Reset(d.lookIdle())
		case _, open := <-changed:
			if !open {
				changed = nil
			}
			d.reload()
		case _, open := <-renewed:
			if !open {
				renewed = nil
			}
			d.lookRoster()
		case <-ctx.Done():
			return nil
		}
	}
}

// begin reads what an earlier run left behind.
func (d *Desk) begin(ctx context.Context) error {
	// A journal that cannot be read at all is no place to work on. One damaged
	// case does not stop the others: the clerk is told.
	if _, err := d.opt.Journal.Queue(ctx); err != nil {
		return err
	}
	if _, err := d.opt.Journal.Unfinished(ctx); err != nil {
		d.tell("", asRefusal(err))
	}
	if err := d.readShift(); err != nil {
		return err
	}
	d.seatPractice()
	d.lookRoster()
	d.reload()
	return nil
}

// tick does what time alone brings about.
func (d *Desk) tick() {
	s := d.at
	if s == nil {
		return
	}
	now := d.opt.Now()
	if !s.clears.IsZero() && !now.Before(s.clears) {
		d.clear()
		return
	}
	d.renewWhenDue(s, now)
	d.noticeSilence(s, now)
}

// reload reads from the journal what snapshots show of it. A failed read keeps
// the last known values: the next change reads again.
func (d *Desk) reload() {
	j := d.opt.Journal
	if q, err := j.Queue(d.ctx); err == nil {
		d.queue = q
	}
	if n, err := j.NextNumber(d.ctx, d.day()); err == nil {
		d.today = n - 1
	}
	if list, err := j.Unfinished(d.ctx); err == nil || list != nil {
		d.unfinished = list // beside a damaged case, the others
	}
	if d.at != nil {
		if r, err := j.Case(d.ctx, d.at.id); err == nil && len(r.Steps) >= len(d.at.steps) {
			d.at.steps = r.Steps
		}
	}
}

// day returns the local day as YYYYMMDD.
func (d *Desk) day() string { return d.opt.Now().Local().Format("20060102") }

// post hands an act to Run's goroutine; it is dropped when Run has ended.
func (d *Desk) post(act func()) {
	select {
	case d.acts <- act:
	case <-d.ctx.Done():
	}
}

// ask runs f on Run's goroutine and waits for its answer, which f may give
// later. When ctx ends first, what was asked for still happens.
func (d *Desk) ask(ctx context.Context, f func(answer func(error))) error {
	answered := make(chan error, 1)
	act := func() {
		f(func(err error) {
			select {
			case answered <- err:
			default:
			}
		})
	}
	select {
	case d.acts <- act:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.stopped:
		return casework.Refuse(casework.NotNow, "the desk is closed")
	}
	select {
	case err := <-answered:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-d.stopped:
		return casework.Refuse(casework.NotNow, "the desk is closed")
	}
}

// intent is ask for what a clerk does: the last problem goes, and a refusal
// becomes the new one.
func (d *Desk) intent(ctx context.Context, step casework.StepKind, f func(answer func(error))) error {
	return d.doing(ctx, deed{what: casework.OpStep, note: string(step)}, step, f)
}

// doing is intent for an act of a case that is no step. Only who may serve does
// any, while the counter is open.
func (d *Desk) doing(ctx context.Context, of deed, step casework.StepKind, f func(answer func(error))) error {
	return d.ask(ctx, func(answer func(error)) {
		d.Touched()
		d.problem = nil
		s := d.at
		done := func(err error) {
			if s == nil {
				s = d.at
			}
			d.noteRefused(of, s, err)
			answer(d.refused(s, step, err))
		}
		if err := d.may(casework.Serve); err != nil {
			done(err)
			return
		}
		f(done)
	})
}

// later returns an answer function for what no clerk waits for.
func (d *Desk) later(s *sitting, step casework.StepKind) func(error) {
	return func(err error) { _ = d.refused(s, step, err) }
}
