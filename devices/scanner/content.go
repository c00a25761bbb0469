// Package scanner takes codes from code scanners (扫码枪): those that type like a
// keyboard, in a window or on a node of their own, and those on a serial line. What they read is our eight-digit code,
// a link of ours, or something foreign.
//
// Nothing here opens a device that nobody named, and nothing that was read is
// put into an error or a log: it may be a live code or anything that a citizen
// holds under the scanner.
package scanner

import (
	"errors"
	"net/url"
	"strings"

	"counterfoil/app/casework"
)

// Kind is what a scan is.
type Kind string

// The kinds that are of use to the counter.
const (
	Code Kind = "code" // eight digits
	Link Kind = "link" // an address below the citizen's page
)

// Scan is content that may be acted on as if it had been typed.
type Scan struct {
	Kind Kind
	Text string
}

// Errors of scanners.
var (
	// ErrUnplugged: the scanner is gone. Only Close is of use any more.
	ErrUnplugged = errors.New("scanner: the device is gone")
	// ErrNoAccess: the scanner is there and this user may not open it.
	ErrNoAccess = errors.New("scanner: no permission to open the device")
	// ErrBusy: another program has the scanner for itself.
	ErrBusy = errors.New("scanner: another program has the device")
	// ErrUnsupported: this system has no way to read a scanner so.
	ErrUnsupported = errors.New("scanner: not supported on this system")
	// ErrSpoilt: a part of a scan was lost, or it was longer than any of ours;
	// nothing of it is used.
	ErrSpoilt = errors.New("scanner: a part of the code was lost; scan it once more")
)

// longestText bounds what is looked at; a link of ours has some 120 characters.
const longestText = 512

// Classify tells what was read. phone is the address of the citizen's page, with
// which every link of ours starts; with "" no link is ours. What is neither is
// refused: CodeMalformed when it holds control characters within or is digits
// of another number, NotIssuedHere when it is a foreign code.
func Classify(text, phone string) (Scan, error) {
	text = clean(text)
	switch {
	case text == "" || len(text) > longestText || strings.ContainsFunc(text, unprintable):
		return Scan{}, casework.Refuse(casework.CodeMalformed, "empty, too long, or with control characters")
	case digits(text) && len(text) == 8:
		return Scan{Code, text}, nil
	case digits(text):
		return Scan{}, casework.Refuse(casework.CodeMalformed, "digits, but not eight")
	case below(text, phone):
		return Scan{Link, text}, nil
	}
	return Scan{}, casework.Refuse(casework.NotIssuedHere, "a code that is not one of ours")
}

// CodeIn returns the eight digits in what was read: the code itself, or a link of
// ours that carries one behind its "#", where no server sees it. Any other link
// of ours is refused as LinkForPhone, all else as Classify does.
func CodeIn(text, phone string) (string, error) {
	scan, err := Classify(text, phone)
	if err != nil || scan.Kind == Code {
		return scan.Text, err
	}
	if _, code, _ := strings.Cut(scan.Text, "#"); len(code) == 8 && digits(code) {
		return code, nil
	}
	return "", casework.Refuse(casework.LinkForPhone, "a link of ours without a code")
}

// clean takes away what scanners put around the content: spaces, ends of line,
// STX and ETX, and the symbology's identifier (]Q1 and the like), which a
// scanner may be set to send first.
func clean(text string) string {
	text = strings.Trim(text, " \t\r\n\x02\x03")
	if len(text) > 3 && text[0] == ']' && letter(text[1]) && (letter(text[2]) || text[2] >= '0' && text[2] <= '9') {
		text = text[3:]
	}
	return text
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// unprintable holds for everything but printable ASCII: our codes and links have
// nothing else.
func unprintable(r rune) bool { return r < ' ' || r > '~' }

func digits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// below reports whether text is an address of phone's scheme, host and folder.
func below(text, phone string) bool {
	base, err := url.Parse(phone)
	if err != nil || base.Host == "" {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.User != nil || strings.Contains(u.Path, "..") {
		return false
	}
	folder := strings.TrimSuffix(base.Path, "/") + "/"
	return strings.EqualFold(u.Scheme, base.Scheme) && strings.EqualFold(u.Host, base.Host) &&
		(strings.HasPrefix(u.Path, folder) || u.Path == strings.TrimSuffix(base.Path, "/"))
}
