package config_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/sheet"
)

const good = `# a counter
hall = "dongcheng"
counter = "12"
clerk = "0117"
chain = "beijing-1"
language = "en"
text_scale = 125
journal = "journal"
catalogue = "hall.toml"

[key]
suite = 2

[centre]
address = "https://centre.example:8443"
key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

[ledger]
nodes = ["https://a.example:26657", "http://127.0.0.1:26657"]
trust = '{"chain":"beijing-1"}'

[issuers]
"北京市公安局" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

[devices]
pad = "auto"
pad_encryption = "auto"
camera = "http://127.0.0.1:8080/stream"
document_camera = "attached:Pages"
document_camera_turn = 270
citizen = "second-monitor"
monitor = "DP-2@1920,0"
scanner = "serial:/dev/ttyACM0"

[limits]
ledger_limit = "2h"
clear_after = "90s"
`

func TestAFileIsReadWhole(t *testing.T) {
	s, err := config.Read(strings.NewReader(good), filepath.Join("etc", "settings.toml"))
	if err != nil {
		t.Fatal(err)
	}
	key, _ := base64.StdEncoding.DecodeString("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	want := config.Settings{Hall: "dongcheng", Counter: "12", Clerk: "0117", Chain: "beijing-1", Language: "en",
		Appearance: "light", TextScale: 125, Journal: filepath.Join("etc", "journal"), Catalogue: filepath.Join("etc", "hall.toml"),
		Suite: 2, Centre: config.Centre{Address: "https://centre.example:8443", Key: key},
		Ledger:  config.Ledger{Nodes: []string{"https://a.example:26657", "http://127.0.0.1:26657"}, Trust: []byte(`{"chain":"beijing-1"}`)},
		Issuers: map[string][]byte{"北京市公安局": key},
		Devices: config.Devices{Pad: "auto", Encryption: "auto", Camera: "http://127.0.0.1:8080/stream", Document: "attached:Pages", DocumentTurn: 270, Citizen: "second-monitor", Monitor: "DP-2@1920,0", Scanner: "serial:/dev/ttyACM0"},
		Limits:  config.Limits{Ledger: 2 * time.Hour, Clear: 90 * time.Second}, Clerks: config.Default().Clerks, Key: config.Key{Kept: "auto"}}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}

func TestWhatAFileDoesNotSayIsTheDefault(t *testing.T) {
	short := good[:strings.Index(good, "[devices]")]
	short = strings.ReplaceAll(short, "text_scale = 125\njournal = \"journal\"\n", "")
	s, err := config.Read(strings.NewReader(short), "settings.toml")
	if err != nil {
		t.Fatal(err)
	}
	d := config.Default()
	if s.Devices != d.Devices || s.Limits != d.Limits || s.TextScale != 100 || s.Journal != d.Journal ||
		d.Limits.Ledger != 4*time.Hour || d.Limits.Clear != 2*time.Minute || d.Devices.Encryption != "off" || d.Language != "zh-CN" {
		t.Errorf("got %+v", s)
	}
}

func TestEveryMistakeIsReportedWithItsLine(t *testing.T) {
	for _, w := range []struct {
		name, old, new, at string
		fault              sheet.Fault
		says               string
	}{
		{"an unknown key", `counter = "12"`, `conter = "12"`, `conter`, sheet.KeyMeant, `is "counter" meant?`},
		{"an unknown key in a block", `clear_after`, `clear_afer`, `clear_afer`, sheet.KeyMeant, `"clear_after"`},
		{"a key like no other", `counter = "12"`, "counter = \"12\"\nqqqqqq = 1", `qqqqqq`, sheet.KeyUnknown, `"qqqqqq"`},
		{"a missing key", "chain = \"beijing-1\"\n", "", "# a counter", sheet.KeyMissing, `"chain"`},
		{"an empty key", `clerk = "0117"`, `clerk = ""`, `clerk`, sheet.Empty, `"clerk"`},
		{"a number for a text", `counter = "12"`, `counter = 12`, `counter = 12`, sheet.WantText, "in quotes"},
		{"a text for a number", `text_scale = 125`, `text_scale = "big"`, `text_scale`, sheet.WantNumber, "whole number"},
		{"a scale out of range", `text_scale = 125`, `text_scale = 500`, `text_scale`, sheet.OutOfRange, "between 75 and 200"},
		{"a name with a slash", `hall = "dongcheng"`, `hall = "../dong"`, `hall`, sheet.WantName, "hyphens"},
		{"an unknown language", `language = "en"`, `language = "fr"`, `language`, sheet.NotOneOf, "zh-CN, en"},
		{"an unknown block", `[limits]`, `[limit]`, `[limit]`, sheet.BlockUnknown, "limits"},
		{"a doubled block", `[limits]`, `[[limits]]`, `[[limits]]`, sheet.BlockDouble, "[limits]"},
		{"a repeated block", `[limits]`, "[devices]", "[devices]\nledger_limit", sheet.BlockTwice, "line 25"},
		{"an address without https", `https://centre.example:8443`, `http://centre.example:8443`, `http://centre`, sheet.WantAddress, "https"},
		{"an address that is none", `https://centre.example:8443`, `centre.example`, `"centre.example"`, sheet.WantAddress, "https"},
		{"an unknown suite", `suite = 2`, `suite = 3`, `suite`, sheet.OutOfRange, "between 1 and 2"},
		{"a suite that is no number", `suite = 2`, `suite = "sm"`, `suite`, sheet.WantNumber, "whole number"},
		{"a token without a label", `suite = 2`, "kept = \"token\"\nmodule = \"ukey.so\"", `[key]`, sheet.KeyMissing, `"label"`},
		{"a token without a module", `suite = 2`, "label = \"counter 12\"\nkept = \"token\"", `[key]`, sheet.KeyMissing, `"module"`},
		{"a key kept in no known way", `suite = 2`, `kept = "ukey"`, `kept`, sheet.NotOneOf, "token"},
		{"a short key", `GBkaGxwdHh8=`, `GBka`, `key = `, sheet.WantKey, "32 bytes"},
		{"a node that is no address", `"https://a.example:26657"`, `"a.example"`, `nodes`, sheet.WantAddress, "nodes"},
		{"nodes that are no list", `["https://a.example:26657", "http://127.0.0.1:26657"]`, `"https://a.example"`, `nodes`, sheet.WantList, "list"},
		{"no nodes", `["https://a.example:26657", "http://127.0.0.1:26657"]`, `[]`, `nodes`, sheet.Empty, "nodes"},
		{"a trusted set that is no JSON", `'{"chain":"beijing-1"}'`, `'{"chain":'`, `trust`, sheet.TrustInvalid, "JSON"},
		{"a trusted set that is not there", `'{"chain":"beijing-1"}'`, `"nowhere.json"`, `trust`, sheet.TrustInvalid, "file"},
		{"an issuer's key that is none", "\"北京市公安局\" = \"AAEC", "\"北京市公安局\" = \"A AEC", `北京市公安局`, sheet.WantKey, "北京市公安局"},
		{"an unknown pad", `pad = "auto"`, `pad = "wacom"`, `pad`, sheet.NotOneOf, "auto, screen, none"},
		{"an unknown encryption", `pad_encryption = "auto"`, `pad_encryption = "on"`, `pad_encryption`, sheet.NotOneOf, "off, auto"},
		{"a camera that is no address", `camera = "http://127.0.0.1:8080/stream"`, `camera = "usb"`, `camera`, sheet.WantCamera, "auto"},
		{"one camera for both", `document_camera = "attached:Pages"`, `document_camera = "http://127.0.0.1:8080/stream"`, `document_camera`, sheet.SameCamera, "camera"},
		{"a turn that is no quarter", `document_camera_turn = 270`, `document_camera_turn = 45`, `document_camera_turn`, sheet.NotOneOf, "180"},
		{"an attached camera without a name", `camera = "http://127.0.0.1:8080/stream"`, `camera = "attached:"`, `camera`, sheet.WantCamera, "attached:"},
		{"an unknown place for the citizen's screens", `citizen = "second-monitor"`, `citizen = "wall"`, `citizen`, sheet.NotOneOf, "none, second-monitor"},
		{"an unknown scanner", `scanner = "serial:/dev/ttyACM0"`, `scanner = "usb"`, `scanner`, sheet.WantScanner, "window"},
		{"a scanner without a port", `scanner = "serial:/dev/ttyACM0"`, `scanner = "serial:"`, `scanner`, sheet.WantScanner, "serial:"},
		{"a scanner without a name", `scanner = "serial:/dev/ttyACM0"`, `scanner = "input:"`, `scanner`, sheet.WantScanner, "input:"},
		{"a time without a unit", `"2h"`, `"2"`, `ledger_limit`, sheet.WantDuration, "4h"},
		{"a time too long", `"90s"`, `"90h"`, `clear_after`, sheet.OutOfRange, "between"},
		{"a forgotten quote", `clerk = "0117"`, `clerk = "0117`, `clerk`, sheet.OpenQuote, "quotation"},
	} {
		t.Run(w.name, func(t *testing.T) {
			text := strings.Replace(good, w.old, w.new, 1)
			line := 1 + strings.Count(text[:strings.Index(text, w.at)], "\n")
			s, err := config.Read(strings.NewReader(text), "settings.toml")
			if !reflect.DeepEqual(s, config.Settings{}) {
				t.Error("a part was loaded")
			}
			for _, p := range invalid(t, err) {
				if p.Line == line && p.Fault == w.fault && strings.Contains(p.What, w.says) {
					return
				}
			}
			t.Errorf("want %s in line %d, got\n%v", w.fault, line, err)
		})
	}
}

func invalid(t *testing.T, err error) []config.Problem {
	t.Helper()
	var v *sheet.Invalid
	if !errors.As(err, &v) || casework.KindOf(err) != casework.SettingsInvalid {
		t.Fatalf("not refused as settings: %v", err)
	}
	return v.Problems
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	text := strings.NewReplacer(`counter = "12"`, `counter = 12`, `pad = "auto"`, `pad = 1`, `"2h"`, `"soon"`).Replace(good)
	_, err := config.Read(strings.NewReader(text), "settings.toml")
	if n := len(invalid(t, err)); n != 3 {
		t.Errorf("%d problems: %v", n, err)
	}
}

func TestAMissingBlockIsNamed(t *testing.T) {
	_, err := config.Read(strings.NewReader(good[:strings.Index(good, "[issuers]")]), "settings.toml")
	if p := invalid(t, err); len(p) != 1 || p[0].Fault != sheet.BlockMissing {
		t.Errorf("got %v", p)
	}
}

func TestSavedSettingsAreReadBackTheSame(t *testing.T) {
	folder := t.TempDir()
	text := rapid.StringMatching(`[ -~北京证]{1,20}`)
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 32, 32)
		s := config.Default()
		s.Hall, s.Counter = "xicheng", casework.CounterID(rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_-]{0,8}`).Draw(t, "counter"))
		s.Clerk, s.Chain, s.Language = "7", "c", rapid.SampledFrom([]string{"zh-CN", "en"}).Draw(t, "language")
		s.TextScale = rapid.IntRange(75, 200).Draw(t, "scale")
		s.Journal = filepath.Join(folder, "journal", rapid.StringMatching(`[a-z北京 "']{1,9}z`).Draw(t, "journal"))
		s.Suite = rapid.IntRange(1, 2).Draw(t, "suite")
		s.Centre = config.Centre{Address: "https://centre.example", Key: key.Draw(t, "key")}
		s.Ledger = config.Ledger{Nodes: []string{"https://a.example"}, Trust: []byte(`{"a":"\"'"}`)}
		if issuer := strings.TrimSpace(text.Draw(t, "issuer")); issuer != "" {
			s.Issuers[issuer] = rapid.OneOf(key, rapid.SliceOfN(rapid.Byte(), 65, 65)).Draw(t, "issuer's key")
		}
		s.Limits.Clear = time.Duration(rapid.IntRange(5, 3600).Draw(t, "clear")) * time.Second
		s.Clerks.SignIn = rapid.SampledFrom([]string{"settings", config.Roster}).Draw(t, "sign-in")
		s.Clerks.Module = rapid.SampledFrom([]string{"", "/usr/lib/softhsm/libsofthsm2.so"}).Draw(t, "module")
		s.Clerks.Lock = time.Duration(rapid.IntRange(0, 3600).Draw(t, "lock")) * time.Second
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(config.Guarded()), 0, 4, rapid.ID)
		s.Clerks.Presence, s.Clerks.Second = orNone(some.Draw(t, "presence")), orNone(some.Draw(t, "second"))
		s.Key.Kept = rapid.SampledFrom([]string{"auto", "passphrase", config.Token}).Draw(t, "kept")
		if s.Key.Kept == config.Token {
			s.Key.Module, s.Key.Label = "/usr/lib/softhsm/libsofthsm2.so", rapid.StringMatching(`z[a-z北京 "']{0,9}z`).Draw(t, "label")
		}
		s.Devices.Encryption = rapid.SampledFrom([]string{"off", "auto"}).Draw(t, "encryption")
		s.Devices.Scanner = rapid.SampledFrom([]string{"none", "window", "serial:COM3", `input:a "gun"`}).Draw(t, "scanner")
		s.Devices.CameraTurn = rapid.SampledFrom([]int{0, 90, 180, 270}).Draw(t, "turn")
		path := filepath.Join(folder, "new", "settings.toml")
		if err := s.Save(path); err != nil {
			t.Fatal(err)
		}
		back, err := config.Load(path)
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Fatalf("%v\ngot  %+v\nwant %+v", err, back, s)
		}
	})
	left, err := os.ReadDir(filepath.Join(folder, "new"))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the file: %v %v", left, err)
	}
}

// orNone is an empty list as a file without the key gives it.
func orNone(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestWhatPeopleMustSayAtACounterIsReadAndChecked(t *testing.T) {
	with := func(lines string) (config.Settings, error) {
		return config.Read(strings.NewReader(good+"\n[clerks]\n"+lines), "settings.toml")
	}
	s, err := with("lock = \"0s\"\npresence = [\"submit\"]\nsecond = [\"abandon\", \"export\"]\n")
	if err != nil || s.Clerks.Lock != 0 || !reflect.DeepEqual(s.Clerks.Presence, []string{"submit"}) || !reflect.DeepEqual(s.Clerks.Second, []string{"abandon", "export"}) {
		t.Errorf("%+v, %v", s.Clerks, err)
	}
	if s := config.Default(); s.Clerks.Lock != 5*time.Minute || s.Clerks.Presence != nil || s.Clerks.Second != nil {
		t.Errorf("without the block: %+v", s.Clerks)
	}
	for lines, want := range map[string]sheet.Fault{"lock = \"9h\"": sheet.OutOfRange, "lock = \"-1s\"": sheet.OutOfRange, "lock = \"soon\"": sheet.WantDuration,
		"presence = [\"sign\"]": sheet.NotOneOf, "second = \"paper\"": sheet.WantList, "pasword = \"x\"": sheet.KeyUnknown} {
		_, err := with(lines)
		if p := invalid(t, err); len(p) != 1 || p[0].Fault != want {
			t.Errorf("%s: %v", lines, p)
		}
	}
}

func TestWrongSettingsAreNotSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := config.Default().Save(path); casework.KindOf(err) != casework.SettingsInvalid {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
}

func TestTheTrustedSetMayBeAFileBesideTheSettings(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "trust.json"), []byte("{\"chain\":\"b\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(good, `'{"chain":"beijing-1"}'`, `"trust.json"`, 1)
	s, err := config.Read(strings.NewReader(text), filepath.Join(folder, "settings.toml"))
	if err != nil || string(s.Ledger.Trust) != `{"chain":"b"}` {
		t.Errorf("%v %s", err, s.Ledger.Trust)
	}
}

func TestAMissingFileSaysSoWithoutItsFolder(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "settings.toml"))
	if p := invalid(t, err); p[0].Fault != sheet.Unreadable || strings.Contains(err.Error(), os.TempDir()) {
		t.Errorf("got %v", err)
	}
}

func TestTheClerksOwnFileComesBeforeTheMachines(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("AppData", home)
	want := filepath.Join(home, "counterfoil", "settings.toml")
	if path, ok := config.Find(); ok || path != want {
		t.Errorf("found %s %v", path, ok)
	}
	if err := os.MkdirAll(filepath.Dir(want), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(want, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if path, ok := config.Find(); !ok || path != want {
		t.Errorf("found %s %v", path, ok)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("hall = 'a'\n[centre]\n[[centre]]\n[ledger]\ntrust='{}'\nnodes=[[]]\n[limits]\nclear_after=1979-05-27")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := config.Read(strings.NewReader(text), filepath.Join(t.TempDir(), "settings.toml"))
		if err != nil {
			for _, p := range invalid(t, err) {
				if p.Line < 1 || p.Line > 1+strings.Count(text, "\n") || strings.Contains(p.What, "%!") {
					t.Fatalf("a problem without a place: %v", p)
				}
			}
			return
		}
		var out bytes.Buffer
		if err := s.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Read(&out, "settings.toml"); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}

func TestACameraIsNamedInFourWays(t *testing.T) {
	for _, way := range []string{"none", "auto", "attached:HD Webcam", "http://127.0.0.1:8080/stream"} {
		s, err := config.Read(strings.NewReader(strings.Replace(good, "http://127.0.0.1:8080/stream", way, 1)), "settings.toml")
		if err != nil || s.Devices.Camera != way {
			t.Errorf("%q: %q, %v", way, s.Devices.Camera, err)
		}
	}
}

func TestHowClerksSignInIsReadAndChecked(t *testing.T) {
	with := func(lines string) (config.Settings, error) {
		return config.Read(strings.NewReader(good+"\n[clerks]\n"+lines), "/etc/counterfoil/settings.toml")
	}
	s, err := with("sign_in = \"roster\"\nmodule = \"cards/module.so\"\n")
	if err != nil || s.Clerks.SignIn != config.Roster || s.Clerks.Module != "/etc/counterfoil/cards/module.so" {
		t.Errorf("%+v, %v", s.Clerks, err)
	}
	if s := config.Default(); s.Clerks.SignIn != "settings" || s.Clerks.Module != "" {
		t.Errorf("without the block: %+v", s.Clerks)
	}
	_, err = with("sign_in = \"maybe\"")
	if p := invalid(t, err); len(p) != 1 || p[0].Fault != sheet.NotOneOf {
		t.Errorf("%v", p)
	}
}
