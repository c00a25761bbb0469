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

// FuzzRead: settings that are taken can be written and read back, and any others are
// refused with the line of each problem.
func FuzzRead(f *testing.F) {
	var good bytes.Buffer
	if err := Default("dongcheng").Write(&good); err != nil {
		f.Fatal(err)
	}
	f.Add(good.String())
	f.Add("hall = 'a'\npeers = [[]]\nkeep = 1979-05-27\n[join]\nrpc = ['http://10.0.0.2:26657']\nheight = 7\nhash = '" + strings.Repeat("0a", 32) + "'\n[[join]]")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text), "node.toml")
		if err != nil {
			var invalid *sheet.Invalid
			if !errors.As(err, &invalid) || casework.KindOf(err) != casework.SettingsInvalid || s.Hall != "" {
				t.Fatalf("%+v, %v", s, err)
			}
			for _, p := range invalid.Problems {
				if p.Line < 1 || p.Line > 1+strings.Count(text, "\n") {
					t.Fatalf("a problem without a place: %v", p)
				}
			}
			return
		}
		var out bytes.Buffer
		if err := s.Write(&out); err != nil {
			t.Fatal(err)
		}
		if again, err := Read(&out, "node.toml"); err != nil || !reflect.DeepEqual(again, s) {
			t.Fatalf("%+v\nis read back as\n%+v, %v", s, again, err)
		}
	})
}
