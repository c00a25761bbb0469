package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// Problem is one problem of a settings file.
type Problem = sheet.Problem

// Load reads the settings in the file at path. A file with any problem is
// refused whole: the error is a *sheet.Invalid with every problem and its line,
// and a casework.Refusal of kind SettingsInvalid.
func Load(path string) (Settings, error) {
	f, err := os.Open(path)
	if err != nil {
		return Read(unreadable{err}, path)
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads settings as Load does. Relative file names in them are taken from
// the folder of path.
func Read(r io.Reader, path string) (Settings, error) {
	report := &sheet.Report{}
	rd := reader{s: Default(), folder: filepath.Dir(path), report: report}
	rd.blocks(sheet.Read(r, report))
	if err := report.Refusal(casework.SettingsInvalid, path); err != nil {
		return Settings{}, err
	}
	return rd.s, nil
}

type unreadable struct{ err error }

func (u unreadable) Read([]byte) (int, error) { return 0, u.err }

type reader struct {
	s      Settings
	folder string
	report *sheet.Report
}

const blockNames = "key, centre, ledger, issuers, devices, limits, clerks"

func (rd *reader) blocks(rows []*sheet.Row) {
	first := map[string]int{}
	for _, row := range rows {
		switch line, twice := first[row.Block]; {
		case twice:
			row.Fault("", sheet.BlockTwice, row.Block, line)
			continue
		case row.Double:
			row.Fault("", sheet.BlockDouble, row.Block)
		case row.Broken:
		default:
			rd.block(row)
		}
		first[row.Block] = row.Line
	}
	if !rd.report.Clean() {
		return // a block may only seem to be missing
	}
	for _, name := range []string{"centre", "ledger", "issuers"} {
		if _, ok := first[name]; !ok {
			rd.report.Add(1, "", sheet.BlockMissing, name)
		}
	}
}

func (rd *reader) block(row *sheet.Row) {
	switch row.Block {
	case "":
		rd.head(row)
	case "centre":
		rd.s.Centre.Address = address(row, "address", row.Text("address"))
		rd.s.Centre.Key = key(row, "key", row.Text("key"), 32)
	case "key":
		if row.Has("suite") {
			rd.s.Suite = row.Number("suite", 1, 2)
		}
		rd.deviceKey(row)
	case "ledger":
		rd.ledger(row)
	case "issuers":
		for _, name := range row.Keys() {
			rd.s.Issuers[name] = key(row, name, row.Text(name), 32, 65)
		}
	case "devices":
		rd.devices(row)
	case "limits":
		duration(row, "ledger_limit", &rd.s.Limits.Ledger, time.Minute, 7*24*time.Hour)
		duration(row, "clear_after", &rd.s.Limits.Clear, 5*time.Second, time.Hour)
	case "clerks":
		if row.Has("sign_in") {
			rd.s.Clerks.SignIn = row.OneOf("sign_in", "settings", Roster)
		}
		if s := row.Maybe("module"); s != "" {
			rd.s.Clerks.Module = rd.beside(s)
		}
		duration(row, "lock", &rd.s.Clerks.Lock, 0, 8*time.Hour)
		guarded(row, "presence", &rd.s.Clerks.Presence)
		guarded(row, "second", &rd.s.Clerks.Second)
	default:
		row.Fault("", sheet.BlockUnknown, row.Block, blockNames)
		return
	}
	row.Done()
}

// What becomes part of entries, case numbers and file names.
var word = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$`)

func (rd *reader) head(row *sheet.Row) {
	name := func(key string) string {
		s := row.Text(key)
		if s != "" && !word.MatchString(s) {
			row.Fault(key, sheet.WantName, key)
		}
		return s
	}
	rd.s.Hall, rd.s.Counter = casework.HallID(name("hall")), casework.CounterID(name("counter"))
	rd.s.Clerk, rd.s.Chain = name("clerk"), name("chain")
	if row.Has("language") {
		rd.s.Language = row.OneOf("language", "zh-CN", "en")
	}
	if row.Has("appearance") {
		rd.s.Appearance = row.OneOf("appearance", "light", "dark", "contrast")
	}
	if row.Has("text_scale") {
		rd.s.TextScale = row.Number("text_scale", 75, 200)
	}
	if s := row.Maybe("journal"); s != "" {
		rd.s.Journal = rd.beside(s)
	}
	if s := row.Maybe("catalogue"); s != "" {
		rd.s.Catalogue = rd.beside(s)
	}
}

func (rd *reader) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(rd.folder, name)
}

func (rd *reader) ledger(row *sheet.Row) {
	switch rd.s.Ledger.Nodes = row.Texts("nodes"); {
	case !row.Has("nodes"):
		row.Fault("nodes", sheet.KeyMissing, "nodes")
	case len(rd.s.Ledger.Nodes) == 0 && row.IsList("nodes"):
		row.Fault("nodes", sheet.Empty, "nodes")
	}
	for _, node := range rd.s.Ledger.Nodes {
		address(row, "nodes", node)
	}
	if s := row.Text("trust"); s != "" {
		if rd.s.Ledger.Trust = rd.trust(s); rd.s.Ledger.Trust == nil {
			row.Fault("trust", sheet.TrustInvalid, "trust")
		}
	}
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

func (rd *reader) deviceKey(row *sheet.Row) {
	if row.Has("kept") {
		rd.s.Key.Kept = row.OneOf("kept", "auto", "keyring", "tpm", "passphrase", Token, "file")
	}
	rd.s.Key.Chip = row.Maybe("tpm")
	where := row.Maybe
	if rd.s.Key.Kept == Token {
		where = row.Text // must be said
	}
	if s := where("module"); s != "" {
		rd.s.Key.Module = rd.beside(s)
	}
	rd.s.Key.Label = where("label")
	if id := row.Maybe("enrolled"); id != "" {
		if rd.s.Key.Enrolled = id; !keyID.MatchString(id) {
			row.Fault("enrolled", sheet.WantName, "enrolled")
		}
	}
}

// keyID is how a key is named on the ledger.
var keyID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (rd *reader) devices(row *sheet.Row) {
	if row.Has("pad") {
		rd.s.Devices.Pad = row.OneOf("pad", "auto", "screen", "none")
	}
	if row.Has("pad_encryption") {
		rd.s.Devices.Encryption = row.OneOf("pad_encryption", "off", "auto")
	}
	if row.Has("citizen") {
		rd.s.Devices.Citizen = row.OneOf("citizen", "none", "second-monitor")
	}
	rd.s.Devices.Monitor = row.Maybe("monitor")
	for key, into := range map[string]*string{"camera": &rd.s.Devices.Camera, "document_camera": &rd.s.Devices.Document} {
		if s := row.Maybe(key); s != "" {
			*into = s
			if !camera(s) {
				row.Fault(key, sheet.WantCamera, key)
			}
		}
	}
	for key, into := range map[string]*int{"camera_turn": &rd.s.Devices.CameraTurn, "document_camera_turn": &rd.s.Devices.DocumentTurn} {
		if !row.Has(key) {
			continue
		}
		if *into = row.Number(key, 0, 270); *into%90 != 0 {
			row.Fault(key, sheet.NotOneOf, key, strconv.Itoa(*into), "0, 90, 180, 270")
		}
	}
	if d := rd.s.Devices; d.Document == d.Camera && d.Document != "none" {
		row.Fault("document_camera", sheet.SameCamera, "document_camera", "camera")
	}
	if s := row.Maybe("scanner"); s != "" {
		rd.s.Devices.Scanner = s
		if !scanner(s) {
			row.Fault("scanner", sheet.WantScanner, "scanner")
		}
	}
}

// camera reports whether s names a camera as Devices.Camera does.
func camera(s string) bool {
	if which, attached := strings.CutPrefix(s, Attached); attached {
		return which != ""
	}
	u, err := url.Parse(s)
	return s == "none" || s == "auto" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// scanner reports whether s names a scanner as Devices.Scanner does.
func scanner(s string) bool {
	for _, way := range []string{Serial, Input} {
		if which, ok := strings.CutPrefix(s, way); ok {
			return which != ""
		}
	}
	return s == "none" || s == "window"
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
