package program

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter/keep"
	"counterfoil/assets"
	"counterfoil/ui"
	"counterfoil/ui/look"
)

// askCommand is this program as the window that asks for a passphrase or a PIN, since Fyne
// opens one set of windows a process. Question and answer go through its standard
// input and output, two pipes that no other program reads: never an argument, the
// environment or a file.
const askCommand = "ask-passphrase"

// asked is one question, a line of JSON on the standard input.
type asked struct {
	Language string      `json:"language"`
	Mode     string      `json:"mode"`
	Scale    int         `json:"scale"` // percent
	Question ui.Question `json:"question"`
}

// given is the answer, a line on the standard output. None comes from whoever closes
// the window.
type given struct {
	Passphrase []byte `json:"passphrase"`
}

// asker is the window as its caller sees it.
type asker struct {
	cmd       *exec.Cmd
	kill      context.CancelFunc
	in        io.WriteCloser
	questions *json.Encoder
	answers   *json.Decoder
}

// passphraseShown asks in a window, the same one each time. Refusals:
// passphrase-unsaid where it was closed, passphrase-needed where it could not open; of
// a PIN token-pin-unsaid and token-pin-needed.
func (p *program) passphraseShown(s config.Settings) func(context.Context, keep.Question) ([]byte, error) {
	return func(ctx context.Context, asks keep.Question) ([]byte, error) {
		if p.asker == nil {
			a, err := p.openAsker(ctx)
			if err != nil {
				return nil, nobodyFor(asks)
			}
			p.asker = a
		}
		q := asked{Language: cmp.Or(p.window, p.language), Mode: s.Appearance, Scale: s.TextScale,
			Question: ui.Question{PIN: asks.PIN, Fresh: asks.Fresh, Problem: casework.KindOf(asks.Before)}}
		var answer given
		if p.asker.questions.Encode(q) == nil && p.asker.answers.Decode(&answer) == nil {
			return answer.Passphrase, nil
		}
		switch err := p.dismiss(); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, nobodyFor(asks)
		case asks.PIN:
			return nil, casework.Refuse(casework.TokenPINUnsaid, "")
		}
		return nil, casework.Refuse(casework.PassphraseUnsaid, "")
	}
}

func (p *program) openAsker(ctx context.Context) (*asker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancel(ctx)
	a := &asker{cmd: exec.CommandContext(ctx, self, askCommand), kill: kill}
	a.cmd.Stderr = p.errs
	in, errIn := a.cmd.StdinPipe()
	out, errOut := a.cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut); err != nil {
		kill()
		return nil, err
	}
	a.in, a.questions, a.answers = in, json.NewEncoder(in), json.NewDecoder(out)
	if err := a.cmd.Start(); err != nil {
		kill()
		return nil, err
	}
	return a, nil
}

// askerTime is how long the window that asks may take to close.
const askerTime = 3 * time.Second

// dismiss closes the window that asks, if there is one, and says how it ended.
func (p *program) dismiss() error {
	a := p.asker
	if a == nil {
		return nil
	}
	p.asker = nil
	a.in.Close()
	late := time.AfterFunc(askerTime, a.kill)
	err := a.cmd.Wait()
	late.Stop()
	a.kill()
	return err
}

// logAsked says which question can be answered from now on.
func (p *program) logAsked(q ui.Question) {
	if q.PIN {
		p.log.Info("pin", "problem", q.Problem)
		return
	}
	p.log.Info("passphrase", "fresh", q.Fresh, "problem", q.Problem)
}

// ask is the other end: it shows what is asked until its caller closes the pipe.
func (p *program) ask(ctx context.Context) error {
	questions := json.NewDecoder(p.in)
	var first asked
	if err := questions.Decode(&first); err != nil {
		return err
	}
	all := make(chan ui.Question, 1)
	all <- first.Question
	go func() {
		defer close(all)
		for next := first; questions.Decode(&next) == nil; {
			all <- next.Question
		}
	}()
	answers := json.NewEncoder(p.out)
	ui.Ask(ctx, ui.Asking{
		Telling: ui.Telling{Texts: p.texts, Fonts: look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()}, Icon: assets.Icon(),
			Language: first.Language, Mode: look.Mode(first.Mode), Scale: float32(first.Scale) / 100},
		Given: func(passphrase []byte) {
			err := answers.Encode(given{passphrase})
			clear(passphrase)
			if err != nil {
				p.log.Error("the passphrase was not handed over", "error", err)
			}
		},
		Shown: func(q ui.Question) { p.logAsked(q) },
	}, all)
	return nil
}
