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
	m := keep.Means{Chip: s.Key.Chip}
	f, ok := p.in.(*os.File)
	switch {
	case p.keys.passphrase != "":
		m.Ask = p.passphraseFile
	case ok && term.IsTerminal(int(f.Fd())):
		m.Ask = func(_ context.Context, fresh bool, before error) ([]byte, error) {
			return p.passphraseTyped(f, fresh, before)
		}
	case (p.command == "" || p.command == "demonstrate") && hasDisplay():
		m.Ask = p.passphraseShown(s)
	}
	return m
}

// passphraseFile reads the first line of the file. It says the same each time, so a
// wrong one is not tried again.
func (p *program) passphraseFile(_ context.Context, _ bool, before error) ([]byte, error) {
	if before != nil {
		return nil, before
	}
	raw, err := os.ReadFile(p.keys.passphrase)
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), err
}

// passphraseTyped asks at the terminal, which shows nothing of it; a new one twice.
func (p *program) passphraseTyped(f *os.File, fresh bool, before error) ([]byte, error) {
	if kind := casework.KindOf(before); kind != "" {
		fmt.Fprintln(p.errs, p.texts.T(p.language, "refusal."+string(kind)+".what"))
	}
	ask := func(key string) ([]byte, error) {
		fmt.Fprint(p.errs, p.texts.T(p.language, key), " ")
		given, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.errs)
		return given, err
	}
	if !fresh {
		return ask("key.passphrase.ask")
	}
	for {
		first, err := ask("key.passphrase.new")
		if err != nil {
			return nil, err
		}
		again, err := ask("key.passphrase.again")
		if err != nil || bytes.Equal(first, again) {
			return first, err
		}
		fmt.Fprintln(p.errs, p.texts.T(p.language, "key.passphrase.differ"))
	}
}
