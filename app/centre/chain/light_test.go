package chain

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"counterfoil/packaging/campaign/vacant"
)

// lightClient starts CometBFT's own light client as a program of its own, which
// trusts the header of height 2 and asks the first node, with the others as
// witnesses; it returns the address at which it answers.
func (r *ring) lightClient() string {
	r.t.Helper()
	where, err := exec.Command("go", "tool", "-n", "cometbft").Output()
	if err != nil {
		r.t.Fatalf("CometBFT's command: %v", err)
	}
	address := vacant.Address()
	var witnesses []string
	for _, n := range r.nodes[1:] {
		witnesses = append(witnesses, n.URL())
	}
	trusted := r.nodes[0].node.BlockStore().LoadBlockMeta(2)
	ctx, stop := context.WithCancel(context.Background())
	home := r.t.TempDir()
	light := exec.CommandContext(ctx, strings.TrimSpace(string(where)), "light", testChain, "--primary", r.nodes[0].URL(), "--witnesses", strings.Join(witnesses, ","),
		"--height", "2", "--hash", hex.EncodeToString(trusted.BlockID.Hash), "--laddr", "tcp://"+address, "--home-dir", home, "--home", home)
	var said strings.Builder
	light.Stdout, light.Stderr = &said, &said
	if err := light.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		stop()
		_ = light.Wait()
		if r.t.Failed() {
			r.t.Log(said.String())
		}
	})
	return "http://" + address
}

// followed waits until the light client has verified a height, and returns the
// hash of its header.
func followed(t testing.TB, light string, height int64) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	said := ""
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		var answer struct {
			Result struct {
				Signed struct {
					Commit struct {
						BlockID struct {
							Hash string `json:"hash"`
						} `json:"block_id"`
					} `json:"commit"`
				} `json:"signed_header"`
			} `json:"result"`
		}
		if res, err := http.Get(fmt.Sprintf("%s/commit?height=%d", light, height)); err == nil {
			raw, _ := io.ReadAll(res.Body)
			res.Body.Close()
			said = string(raw)
			if hash := &answer.Result.Signed.Commit.BlockID.Hash; json.Unmarshal(raw, &answer) == nil && *hash != "" {
				return *hash
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the light client does not follow to height %d: %s", height, said)
		}
	}
}
