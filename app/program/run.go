package program

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"counterfoil/app/counter"
	"counterfoil/app/rehearse"
)

func (p *program) run(ctx context.Context) (err error) {
	if p.practice && p.plays() && p.dir == "" && p.keep == "" {
		if p.scratch, err = os.MkdirTemp("", "counterfoil-rehearsal-"); err != nil {
			return err
		}
		defer os.RemoveAll(p.scratch)
	}
	if p.command == askCommand {
		return p.ask(ctx)
	}
	if p.command == "devices" {
		return p.devices(ctx)
	}
	if p.command == "cards" && p.module != "" {
		return counter.Cards(p.module, p.out)
	}
	s, err := p.load()
	if err != nil {
		return err
	}
	if p.command == "day" {
		return p.list(ctx, s)
	}
	if p.command == "enrol" {
		return p.install(ctx, s)
	}
	if p.command == "cards" {
		return counter.Cards(s.Clerks.Module, p.out)
	}
	id, err := p.identity(ctx, s)
	if err != nil {
		return err
	}
	defer id.Close()
	if p.command == "key" {
		return p.key(ctx, s, id)
	}
	o, err := p.options(s, id)
	if err != nil {
		return err
	}
	page := "" // of the citizen's phone
	o.Prepare = func(ctx context.Context, given *counter.Options) (err error) {
		if p.practice {
			err = p.startCentre(ctx, given)
		}
		if err == nil && p.plays() {
			page, err = invented(ctx, given)
		}
		o = *given
		return err
	}
	defer func() {
		if p.centre != nil {
			err = errors.Join(err, p.centre.Close())
		}
	}()
	c, err := counter.Start(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	p.sinceStart("ready")
	switch p.command {
	case "rehearse":
		return p.rehearse(ctx, c, o, page, rehearse.Options{})
	case "demonstrate":
		return p.demonstrate(ctx, c, s, o, page)
	default:
		return p.show(ctx, c, s, o, func() {})
	}
}

// plays reports whether the program plays the citizen and the clerk itself.
func (p *program) plays() bool { return p.command == "rehearse" || p.command == "demonstrate" }

// sinceStart logs how long after the start of the program something was there.
func (p *program) sinceStart(what string) {
	if p.practice {
		what = strings.Replace(what, "ready", "practice ready", 1)
	}
	p.log.Info(what, "ms", time.Since(p.began).Milliseconds())
}
