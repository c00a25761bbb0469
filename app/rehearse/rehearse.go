package rehearse

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// Citizen is the person on the phone. Phone is the one that talks to a centre.
type Citizen interface {
	// Kinds returns the kinds of licence that the citizen holds and can use now.
	Kinds(ctx context.Context) ([]casework.LicenceKind, error)
	// MakeCode makes an eight-digit code for an item at this counter's hall.
	MakeCode(ctx context.Context, item casework.ServiceItem) (string, error)
	// AnswerRequest opens the link of a QR and agrees or refuses.
	AnswerRequest(ctx context.Context, link string, agree bool) error
}

// Hand is the citizen's hand with the pen, on the pad that the desk drives.
// Both return when the pen has left.
type Hand interface {
	Tap(ctx context.Context, at image.Point) error
	Sign(ctx context.Context, area image.Rectangle) error
}

// Options say what to rehearse.
type Options struct {
	Desk    *desk.Desk
	Citizen Citizen
	Hand    Hand
	Items   []casework.ServiceItem // the first that the citizen's licences allow are taken in turn
	Cases   int                    // the first by code, the second by QR, and so on
	JSON    bool                   // one JSON object a line instead of columns
	Out     io.Writer
	Pace    time.Duration                                // optional: wait before each thing that a person does, for those who watch
	Step    time.Duration                                // patience with one step; optional, 1 min
	Receipt time.Duration                                // patience with a case's receipts; optional, 1 min
	After   func(context.Context, casework.CaseID) error // optional: after a case with all its receipts, to keep its bundle
	Clerk   func(f casework.FormField) string            // optional: values for fields without choices
	Now     func() time.Time                             // optional: time.Now
}

const patience = time.Minute

// Run serves the cases one after the other. It returns nil only if every entry
// of every case has a verified receipt; otherwise what stopped it, after the
// summary of what was done.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	kinds, err := o.Citizen.Kinds(ctx)
	if err != nil {
		return fmt.Errorf("asking the phone for its licences: %w", err)
	}
	items := usable(o.Items, kinds)
	if len(items) == 0 {
		return casework.Refuse(casework.LicenceNotHeld, "no item that the citizen's licences allow")
	}
	watch, stop := context.WithCancel(ctx)
	r := &rehearsal{o: o, latest: make(chan desk.Snapshot, 1), lines: lines{out: o.Out, json: o.JSON}}
	var following sync.WaitGroup
	following.Go(func() { r.follow(o.Desk.Watch(watch)) })
	defer following.Wait()
	defer stop()
	for n := range o.Cases {
		method := casework.ByCode
		if n%2 == 1 {
			method = casework.ByQR
		}
		if err = r.serve(ctx, items[n%len(items)], method); err != nil {
			err = fmt.Errorf("case %d of %d: %w", n+1, o.Cases, err)
			break
		}
	}
	return errors.Join(err, r.lines.summary(o.Cases))
}

func (o Options) withDefaults() Options {
	if o.Step == 0 {
		o.Step = patience
	}
	if o.Receipt == 0 {
		o.Receipt = patience
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clerk == nil {
		o.Clerk = func(casework.FormField) string { return "演练" }
	}
	return o
}

// usable returns the items that need no other kinds than those held.
func usable(items []casework.ServiceItem, held []casework.LicenceKind) []casework.ServiceItem {
	var list []casework.ServiceItem
	for _, item := range items {
		missing := func(n casework.LicenceNeed) bool { return !slices.Contains(held, n.Kind) }
		if !slices.ContainsFunc(item.Needs, missing) {
			list = append(list, item)
		}
	}
	return list
}
