package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"counterfoil/app/sheet"
)

func (rd *reader) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(rd.folder, name)
}

// maxTrust bounds the file with the trusted set, in bytes.
const maxTrust = 1 << 20

// trust returns the trusted set given inline or as a file, or nil.
func (rd *reader) trust(s string) []byte {
	raw := []byte(s)
	if !strings.HasPrefix(s, "{") {
		name := rd.beside(s)
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxTrust {
			return nil
		}
		if raw, err = os.ReadFile(name); err != nil {
			return nil
		}
	}
	if raw = bytes.TrimSpace(raw); !bytes.HasPrefix(raw, []byte("{")) || !json.Valid(raw) {
		return nil
	}
	return raw
}

// address refuses what is no https address; http is for a service on this very
// machine, where nobody can listen in between.
func address(row *sheet.Row, key, s string) string {
	u, err := url.Parse(s)
	if s == "" || err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local(u.Hostname())) {
		return s
	}
	row.Fault(key, sheet.WantAddress, key)
	return ""
}

func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// key reads a public key: 32 bytes of Ed25519, or 65 of SM2 where that is allowed.
func key(row *sheet.Row, name, s string, lengths ...int) []byte {
	raw, err := base64.StdEncoding.DecodeString(s)
	if s != "" && (err != nil || !slices.Contains(lengths, len(raw))) {
		row.Fault(name, sheet.WantKey, name)
		return nil
	}
	return raw
}

// guarded reads a list of Guarded.
func guarded(row *sheet.Row, key string, into *[]string) {
	for _, s := range row.Texts(key) {
		if !slices.Contains(Guarded(), s) {
			row.Fault(key, sheet.NotOneOf, key, s, strings.Join(Guarded(), ", "))
			return
		}
		*into = append(*into, s)
	}
}

func duration(row *sheet.Row, key string, into *time.Duration, least, most time.Duration) {
	s := row.Maybe(key)
	if s == "" {
		return
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		row.Fault(key, sheet.WantDuration, key)
	case d < least || d > most:
		row.Fault(key, sheet.OutOfRange, key, least.String(), most.String())
	default:
		*into = d
	}
}
