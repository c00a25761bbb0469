package conformance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// Person makes the suite with a person at the pad: they are told what to do, a
// step at a time, write, pull the plug, and are asked what no program can see.
// Start from NewPerson. It keeps no way of the pen, no serial number, nothing of
// the person.
type Person struct {
	// Present reports whether a pad is attached.
	Present func() bool
	// Hand, when set, does and sees all by itself (a software pad); nobody is
	// asked, and the same words are said.
	Hand *Way
	// Quiet is how long the pen must have been still before a step of writing
	// begins, so that what was scribbled in between does not count.
	Quiet time.Duration

	t     func(key string, args ...any) string
	out   io.Writer
	lines <-chan string // closed: nobody is there

	mu     sync.Mutex
	counts bool // reports are kept
	heard  int
	near   bool
	beat   chan struct{} // a report came

	id      casework.PadIdentity
	image   bool // the picture was looked at once
	crossed bool // a line was asked for where no ink may be
	found   []finding
	tries   map[string]int
}

// finding is what was seen of one check.
type finding struct {
	key  string
	seen []string
}

// NewPerson asks by out and is answered by in, which is read to its end by a
// goroutine of its own: a terminal's reading can't be given up. t has the texts
// "check.…" in the person's language.
func NewPerson(in io.Reader, out io.Writer, t func(key string, args ...any) string) *Person {
	lines := make(chan string)
	p := &Person{Quiet: 300 * time.Millisecond, t: t, out: out, lines: lines, beat: make(chan struct{}, 1), tries: map[string]int{}}
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- strings.ToLower(strings.TrimSpace(s.Text()))
		}
	}()
	return p
}

// Way returns the suite's way to the pad that open opens.
func (p *Person) Way(ctx context.Context, open func(context.Context) (Pad, error)) Way {
	return Way{
		Open: func(ctx context.Context) (Pad, error) {
			pad, err := open(ctx)
			if err != nil {
				return nil, err
			}
			p.id = pad.Identity()
			return listened{pad, p}, nil
		},
		Write: p.write, Begin: p.begin, Decide: p.decide,
		Look:   func(want *image.RGBA, ink image.Rectangle) error { return p.look(ctx, want, ink) },
		Unplug: p.unplug,
		Plug:   func() { p.plug(ctx) },
		Limits: func(pad Pad) (everywhere, unnumbered bool) {
			if l, ok := pad.(listened).Pad.(interface{ Limits() (bool, bool) }); ok {
				return l.Limits()
			}
			return false, false
		},
	}
}

func (p *Person) say(key string, args ...any) { fmt.Fprintln(p.out, p.t(key, args...)) }

// line waits for a line of the person.
func (p *Person) line(ctx context.Context) (string, error) {
	select {
	case l, ok := <-p.lines:
		if !ok {
			return "", casework.Refuse(casework.NobodyToAsk, "the input has ended")
		}
		return l, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (p *Person) begin(key string) {
	p.tries[key]++
	for i, f := range p.found {
		if f.key == key { // again: what was found from here on is out of date
			p.found = p.found[:i]
			break
		}
	}
	p.found = append(p.found, finding{key: key})
	fmt.Fprintln(p.out)
	p.say("check.step", len(p.found), len(Keys()), p.t("check.name."+key))
}

func (p *Person) saw(text string) {
	f := &p.found[len(p.found)-1]
	f.seen = append(f.seen, text)
}

// decide asks what follows a check that failed.
func (p *Person) decide(ctx context.Context, failed Result) Next {
	p.say("check.failed", failed.Err)
	if kind := casework.KindOf(failed.Err); kind != "" {
		p.say("refusal." + string(kind) + ".what")
		p.say("refusal." + string(kind) + ".do")
	}
	if p.Hand != nil {
		return Stop
	}
	for {
		p.say("check.decide")
		l, err := p.line(ctx)
		switch {
		case err != nil || l == "q":
			return Stop
		case l == "r":
			return Repeat
		case l == "c":
			return GoOn
		}
		p.say("check.not-understood")
	}
}

func (p *Person) unplug() {
	p.say("check.unplug")
	if p.Hand != nil {
		p.Hand.Unplug()
	}
}

func (p *Person) plug(ctx context.Context) {
	p.say("check.plug")
	if p.Hand != nil {
		p.Hand.Plug()
		return
	}
	for {
		if _, err := p.line(ctx); err != nil || p.Present() {
			return // without a person the opening fails, and says why
		}
		p.say("check.not-there")
	}
}

// errAnswer is a no of the person.
var errAnswer = errors.New("seen otherwise")
