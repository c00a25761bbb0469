package program

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/devices/hid/transcript"
	"counterfoil/devices/signpad/stu"
)

func TestTheExchangeWithThePadIsWrittenDownAndPlaysBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pad.txt")
	var out, errs bytes.Buffer
	args := []string{"devices", "--practice", "--record", file}
	if code := Main(t.Context(), args, &out, &errs); code != 0 || !strings.Contains(out.String(), "pen reports") {
		t.Fatalf("%d: %s%s", code, out.String(), errs.String())
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	player, err := transcript.Play(in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := stu.New(t.Context(), player, stu.DefaultOpts())
	if err != nil {
		t.Fatal(err)
	}
	if s, err := d.Read(context.Background()); err != nil || !s.Near {
		t.Errorf("the first sample: %+v %v", s, err)
	}
	if bytes.Contains(text(t, file), []byte("S 15 ")) {
		t.Error("it is encrypted though nobody asked for it")
	}
	before, _ := os.ReadFile(file)
	if code := Main(t.Context(), args, &out, &errs); code != 1 {
		t.Errorf("a file that is there: %d", code)
	}
	if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
		t.Error("a file that was there is written over")
	}
	if code := Main(t.Context(), []string{"devices"}, &out, &errs); code != 1 {
		t.Errorf("without a file: %d", code)
	}
}

func text(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARecordingCanAskForEncryptedPenData(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pad.txt")
	var out, errs bytes.Buffer
	code := Main(t.Context(), []string{"devices", "--practice", "--encrypt", "--record", file}, &out, &errs)
	if code != 0 || !strings.Contains(out.String(), "rsa-2048+aes-256") {
		t.Fatalf("%d: %s%s", code, out.String(), errs.String())
	}
	if recorded := text(t, file); !bytes.Contains(recorded, []byte("\nI 33 ")) || bytes.Contains(recorded, []byte("\nI 34 ")) {
		t.Error("its pen reports are not encrypted")
	}
}
