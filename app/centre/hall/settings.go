package hall

import (
	"encoding/hex"
	"io"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/sheet"
)

// Settings are those of one hall's node.
type Settings struct {
	Hall     casework.HallID
	Chain    string      // chain id; empty before the node belongs to a ledger
	RPC      string      // listen address for counters and readers, host:port
	P2P      string      // listen address for the other halls' nodes, host:port
	External string      // by which the others reach P2P, host:port; empty: P2P itself
	Peers    []string    // the other halls' nodes, id@host:port
	Keep     int64       // how many of the newest blocks are kept; 0: all
	Snapshot int64       // a snapshot of the state every so many blocks; 0: none
	Loopback bool        // several nodes on one machine
	Join     *chain.Join // begins with a snapshot of others; nil: with the first block
}

// Default returns the settings of a hall's node that has said nothing else.
func Default(hall casework.HallID) Settings {
	return Settings{Hall: hall, RPC: "127.0.0.1:26657", P2P: "0.0.0.0:26656", Snapshot: 10_000}
}

// Load reads the settings in the file at path. A file with any problem is refused
// whole: the error is a *sheet.Invalid with every problem and its line, and a
// casework.Refusal of kind SettingsInvalid.
func Load(path string) (Settings, error) {
	f, err := os.Open(path)
	if err != nil {
		return Settings{}, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads settings as Load does.
func Read(r io.Reader, path string) (Settings, error) {
	report := &sheet.Report{}
	var s Settings
	for _, row := range sheet.Once(sheet.Read(r, report)) {
		switch row.Block {
		case "":
			s.head(row)
		case "join":
			s.join(row)
		default:
			row.Fault("", sheet.BlockUnknown, row.Block, "join")
		}
	}
	if err := report.Refusal(casework.SettingsInvalid, filepath.Base(path)); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// word is what becomes part of statements and of paths of the ledger's state.
var word = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,49}$`)

func (s *Settings) head(row *sheet.Row) {
	s.Hall = casework.HallID(row.Text("hall"))
	s.Chain = row.Maybe("chain")
	for key, name := range map[string]string{"hall": string(s.Hall), "chain": s.Chain} {
		if name != "" && !word.MatchString(name) {
			row.Fault(key, sheet.WantName, key)
		}
	}
	s.RPC, s.P2P, s.External = row.Text("rpc"), row.Text("p2p"), row.Maybe("external")
	for key, address := range map[string]string{"rpc": s.RPC, "p2p": s.P2P, "external": s.External} {
		if address != "" && !hostPort(address) {
			row.Fault(key, sheet.WantListen, key)
		}
	}
	s.Peers = row.Texts("peers")
	for _, p := range s.Peers {
		if !peer(p) {
			row.Fault("peers", sheet.WantPeer, "peers", p)
		}
	}
	s.Keep, s.Snapshot = count(row, "keep"), count(row, "snapshot")
	s.Loopback = row.Bool("loopback")
	row.Done()
}

func count(row *sheet.Row, key string) int64 {
	if !row.Has(key) {
		return 0
	}
	return int64(row.Number(key, 0, math.MaxInt32))
}

func (s *Settings) join(row *sheet.Row) {
	j := &chain.Join{RPC: row.Texts("rpc"), Height: int64(row.Number("height", 1, math.MaxInt))}
	if len(j.RPC) < 2 && (row.IsList("rpc") || !row.Has("rpc")) {
		row.Fault("rpc", sheet.TooFew, "rpc", 2)
	}
	for _, a := range j.RPC {
		if u, err := url.Parse(a); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			row.Fault("rpc", sheet.WantAddress, "rpc")
		}
	}
	text := row.Text("hash")
	var err error
	if j.Hash, err = hex.DecodeString(text); text != "" && (err != nil || len(j.Hash) != 32) {
		row.Fault("hash", sheet.WantHash, "hash")
	}
	row.Done()
	s.Join = j
}

// hostPort reports whether s is a host and a port that can be told to others;
// port 0 would be another one at every start.
func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil && n > 0 && host != "" && !strings.ContainsAny(host, "/@, ")
}

func peer(s string) bool {
	id, address, ok := strings.Cut(s, "@")
	raw, err := hex.DecodeString(id)
	return ok && err == nil && len(raw) == 20 && id == strings.ToLower(id) && hostPort(address)
}

// reached returns by which address the others reach the node.
func (s Settings) reached() string {
	if s.External != "" {
		return s.External
	}
	return s.P2P
}

// URL returns the address of the node's RPC as this machine reaches it.
func (s Settings) URL() string {
	host, port, _ := net.SplitHostPort(s.RPC) // checked by Read
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
