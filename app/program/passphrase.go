package program

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"golang.org/x/term"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter/keep"
)

// means is what opens the counter's key here: a file with the passphrase, whoever
// sits at the terminal, or, where a window is to open, whoever sits before it.
func (p *program) means(s config.Settings) keep.Means {
	m := keep.Means{Chip: s.Key.Chip, Token: p.keys.place(s)}
	if p.keys.verb != "rotate" { // there it is the next key's
		m.Moved = p.keys.module
	}
	f, ok := p.in.(*os.File)
	switch {
	case p.keys.passphrase != "":
		m.Ask = p.passphraseFile
	case ok && term.IsTerminal(int(f.Fd())):
		m.Ask = func(_ context.Context, q keep.Question) ([]byte, error) { return p.passphraseTyped(f, q) }
	case (p.command == "" || p.command == "demonstrate") && hasDisplay():
		m.Ask = p.passphraseShown(s)
	}
	return m
}

// passphraseFile reads the first line of the file. It says the same each time, so a
// wrong one is not tried again. What opened the present key is not tried at the next
// one: that has a file of its own, or this one where nothing was asked before.
func (p *program) passphraseFile(_ context.Context, q keep.Question) ([]byte, error) {
	if q.Before != nil {
		return nil, q.Before
	}
	name := p.keys.passphrase
	switch {
	case q.Next && p.keys.next != "":
		name = p.keys.next
	case q.Next && p.keys.answered:
		return nil, nobodyFor(q)
	}
	p.keys.answered = true
	raw, err := os.ReadFile(name)
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), err
}

// nobodyFor is the refusal of a question that nobody answers.
func nobodyFor(q keep.Question) error {
	if q.PIN {
		return casework.Refuse(casework.TokenPINNeeded, "")
	}
	return casework.Refuse(casework.PassphraseNeeded, "")
}

// passphraseTyped asks at the terminal, which shows nothing of it; a new one twice.
func (p *program) passphraseTyped(f *os.File, q keep.Question) ([]byte, error) {
	if kind := casework.KindOf(q.Before); kind != "" {
		fmt.Fprintln(p.errs, p.texts.T(p.language, "refusal."+string(kind)+".what"))
	}
	ask := func(key string) ([]byte, error) {
		fmt.Fprint(p.errs, p.texts.T(p.language, key), " ")
		given, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.errs)
		return given, err
	}
	switch {
	case q.PIN:
		return ask("key.pin.ask")
	case !q.Fresh:
		return ask("key.passphrase.ask")
	}
	for {
		first, err := ask("key.passphrase.new")
		if err != nil {
			return nil, err
		}
		again, err := ask("key.passphrase.again")
		same := bytes.Equal(first, again)
		clear(again)
		if err != nil || same {
			return first, err
		}
		clear(first)
		fmt.Fprintln(p.errs, p.texts.T(p.language, "key.passphrase.differ"))
	}
}
