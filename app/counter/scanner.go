package counter

import (
	"context"
	"errors"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/desk"
	"counterfoil/devices/scanner"
)

// ScannerAt returns an opener of the scanner that a setting names, as
// config.Devices.Scanner does; nil where there is none with a line of its own.
func ScannerAt(setting string) func(context.Context) (desk.Scanner, error) {
	if port, ok := strings.CutPrefix(setting, config.Serial); ok {
		return opens(port, func() (reader, error) {
			opts := scanner.DefaultSerialOpts()
			opts.Port = port
			return scanner.Open(opts)
		})
	}
	if which, ok := strings.CutPrefix(setting, config.Input); ok {
		return opens(which, func() (reader, error) { return scanner.OpenKeyboard(which) })
	}
	return nil
}

func opens(name string, open func() (reader, error)) func(context.Context) (desk.Scanner, error) {
	return func(context.Context) (desk.Scanner, error) {
		dev, err := open()
		if err != nil {
			return nil, scannerRefusal(err)
		}
		return attachedScanner{dev, name}, nil
	}
}

// reader is a scanner as devices/scanner opens it, on whichever way.
type reader interface {
	Read(ctx context.Context) (string, error)
	Close() error
}

// attachedScanner puts a scanner's errors into the desk's words.
type attachedScanner struct {
	reader
	name string
}

func (s attachedScanner) Name() string { return s.name }

func (s attachedScanner) Read(ctx context.Context) (string, error) {
	text, err := s.reader.Read(ctx)
	return text, scannerRefusal(err)
}

func scannerRefusal(err error) error {
	switch {
	case errors.Is(err, scanner.ErrSpoilt):
		return casework.Refuse(casework.ScanSpoilt, "a part of the scan was lost")
	case errors.Is(err, scanner.ErrNoAccess):
		return casework.Refuse(casework.ScannerDenied, err.Error())
	case errors.Is(err, scanner.ErrBusy):
		return casework.Refuse(casework.ScannerBusy, "another program has the scanner")
	case errors.Is(err, scanner.ErrUnsupported):
		return casework.Refuse(casework.ScannerUnsupported, "input nodes are not read on this system")
	case errors.Is(err, scanner.ErrUnplugged):
		return casework.Refuse(casework.ScannerMissing, "the scanner is not there")
	}
	return err
}

// codeIn returns the code in what a scanner read. Until the centre was reached
// once no link is known to be ours.
func (c *Counter) codeIn(scan string) (string, error) {
	phone := ""
	select {
	case <-c.greeted:
		phone = c.about.Phone
	default:
	}
	return scanner.CodeIn(scan, phone)
}
