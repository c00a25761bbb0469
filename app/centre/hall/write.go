package hall

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"counterfoil/app/centre/keyfile"
)

// text is the settings file; the verbs take the settings in their order.
const text = `# The ledger node of one hall. A mistake is reported with its line.
# "node join" writes this file anew, with the values that stand here and what it
# learned; notes of your own are lost then.

hall = %s
chain = %s # name of the ledger; empty until the node belongs to one

# Where counters and readers ask. There is no password: keep it on loopback, or in
# the halls' own network behind TLS.
rpc = %s

# Where the other halls' nodes connect, and by which address they reach it where
# that is another one.
p2p = %s
external = %s

# The other halls' nodes, id@host:port. A hall that joins later need not be added:
# the ledger's own record lets it in.
peers = [%s]

# How many of the newest blocks are kept, 0 for all. Receipts of entries in older
# blocks can't be had from this node any more; the state is always whole.
keep = %d

# A snapshot of the state every so many blocks, for nodes that join; 0 for none.
snapshot = %d

# Several nodes on one machine, for trying and testing.
loopback = %t
`

const joinText = `
# Used once, when the node has no blocks yet: it begins with a snapshot of the
# other nodes' state, which must have the hash that this header names.
[join]
rpc = [%s]
height = %d
hash = %s
`

// Write writes the settings as a file that Read reads back to the same.
func (s Settings) Write(w io.Writer) error {
	q := strconv.Quote // the values hold nothing that TOML quotes otherwise: see Read
	if _, err := fmt.Fprintf(w, text, q(string(s.Hall)), q(s.Chain), q(s.RPC), q(s.P2P), q(s.External), list(s.Peers), s.Keep, s.Snapshot, s.Loopback); err != nil {
		return err
	}
	if s.Join == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, joinText, list(s.Join.RPC), s.Join.Height, q(hex.EncodeToString(s.Join.Hash)))
	return err
}

// list writes one text a line: addresses are long.
func list(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString("\n  " + strconv.Quote(t) + ",")
	}
	if len(texts) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// Save checks the settings and puts them at path, whole or not at all.
func (s Settings) Save(path string) error {
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		return err
	}
	if _, err := Read(bytes.NewReader(b.Bytes()), path); err != nil {
		return err
	}
	return keyfile.Write(path, b.Bytes())
}
