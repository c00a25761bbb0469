package hall

import (
	"bytes"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/sheet"
)

func TestSettingsAreReadBackAsTheyWereWritten(t *testing.T) {
	bare := Default("dongcheng")
	full := Settings{Hall: "xicheng", Chain: "city-1", RPC: "[::1]:1", P2P: "0.0.0.0:26656", External: "node.xicheng.example:26656",
		Peers: []string{strings.Repeat("0a", 20) + "@10.0.0.2:26656", strings.Repeat("0b", 20) + "@10.0.0.3:26656"}, Keep: 100_000, Snapshot: 500, Loopback: true,
		Join: &chain.Join{RPC: []string{"http://10.0.0.2:26657", "https://10.0.0.3"}, Height: 77, Hash: bytes.Repeat([]byte{7}, 32)}}
	for _, s := range []Settings{bare, full} {
		path := filepath.Join(t.TempDir(), settingsFile)
		if err := s.Save(path); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%+v\nis read as\n%+v, %v", s, got, err)
		}
	}
	if got := bare.URL(); got != "http://127.0.0.1:26657" {
		t.Error(got)
	}
}

func TestEveryWrongLineIsReportedWithItsNumber(t *testing.T) {
	text := `# line 1
hall = "dong cheng"
chian = "city-1"
rpc = "26657"
p2p = "127.0.0.1:0"
peers = ["somebody@10.0.0.2:26656"]
keep = -1
snapshot = "often"
loopback = "yes"

[join]
rpc = ["http://10.0.0.2:26657"]
height = 0
hash = "abc"

[jion]
`
	_, err := Read(strings.NewReader(text), "node.toml")
	var invalid *sheet.Invalid
	if !errors.As(err, &invalid) || casework.KindOf(err) != casework.SettingsInvalid {
		t.Fatal(err)
	}
	want := map[int]sheet.Fault{2: sheet.WantName, 3: sheet.KeyMeant, 4: sheet.WantListen, 5: sheet.WantListen, 6: sheet.WantPeer, 7: sheet.OutOfRange,
		8: sheet.WantNumber, 9: sheet.WantBool, 12: sheet.TooFew, 13: sheet.OutOfRange, 14: sheet.WantHash, 16: sheet.BlockUnknown}
	for _, p := range invalid.Problems {
		if want[p.Line] != p.Fault {
			t.Errorf("%s", p)
		}
		delete(want, p.Line)
	}
	if len(want) > 0 {
		t.Errorf("not reported: %v", want)
	}
	if !strings.Contains(err.Error(), `line 3: the key "chian" is not known here; is "chain" meant?`) {
		t.Error(err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	_, err := Read(strings.NewReader("chain = \"x\"\n"), "node.toml")
	for _, key := range []string{"hall", "rpc", "p2p"} {
		if err == nil || !strings.Contains(err.Error(), `"`+key+`" is missing`) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
