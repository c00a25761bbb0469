package config

import (
	"regexp"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

const blockNames = "key, centre, ledger, issuers, devices, limits, clerks"

func (rd *reader) blocks(rows []*sheet.Row) {
	here := map[string]bool{}
	for _, row := range sheet.Once(rows) {
		rd.block(row)
		here[row.Block] = true
	}
	if !rd.report.Clean() {
		return // a block may only seem to be missing
	}
	for _, name := range []string{"centre", "ledger", "issuers"} {
		if !here[name] {
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
