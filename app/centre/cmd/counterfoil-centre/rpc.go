package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"counterfoil/app/protocol"
)

// rpc is the RPC of a node that is believed: the hall's own. What other nodes
// say is asked through package ledger, which verifies it.
type rpc struct{ url string }

// errSilent says that nothing answers at the node's address.
var errSilent = errors.New("the node does not answer")

// callTime bounds one call; the node is on this machine or in the next room.
const callTime = 5 * time.Second

func (r rpc) call(ctx context.Context, method string, params map[string]any, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%w at %s", errSilent, r.url)
	}
	defer res.Body.Close()
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	switch err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); {
	case err != nil:
		return fmt.Errorf("what answers at %s is no ledger node", r.url)
	case answer.Error != nil:
		return fmt.Errorf("the node says: %s %s", answer.Error.Message, answer.Error.Data)
	}
	return json.Unmarshal(answer.Result, into)
}

// value reads a record of the node's state; nil when there is none.
func (r rpc) value(ctx context.Context, path string) ([]byte, error) {
	var answer struct {
		Response struct {
			Code  uint32 `json:"code"`
			Value []byte `json:"value"`
		} `json:"response"`
	}
	if err := r.call(ctx, "abci_query", map[string]any{"path": path}, &answer); err != nil {
		return nil, err
	}
	switch {
	case answer.Response.Code == protocol.LedgerRefused:
		return nil, nil
	case answer.Response.Code != protocol.LedgerTaken:
		return nil, errors.New("the node's own store fails")
	}
	return answer.Response.Value, nil
}

// record reads a record of the node's state and reports whether it is there.
func record[T any](ctx context.Context, r rpc, path string) (v T, there bool, err error) {
	raw, err := r.value(ctx, path)
	if err != nil || raw == nil {
		return v, false, err
	}
	return v, true, protocol.Unmarshal(raw, &v)
}

// nodeStatus is the part of a node's status that is used here.
type nodeStatus struct {
	Node struct {
		ID      string `json:"id"`
		Network string `json:"network"`
	} `json:"node_info"`
	Sync struct {
		Height     int64     `json:"latest_block_height,string"`
		Time       time.Time `json:"latest_block_time"`
		CatchingUp bool      `json:"catching_up"`
	} `json:"sync_info"`
}

func (r rpc) status(ctx context.Context) (s nodeStatus, err error) {
	return s, r.call(ctx, "status", map[string]any{}, &s)
}

// peers returns the ids of the nodes that the node is connected to.
func (r rpc) peers(ctx context.Context) (map[string]bool, error) {
	var answer struct {
		Peers []struct {
			Node struct {
				ID string `json:"id"`
			} `json:"node_info"`
		} `json:"peers"`
	}
	err := r.call(ctx, "net_info", map[string]any{}, &answer)
	ids := map[string]bool{}
	for _, p := range answer.Peers {
		ids[p.Node.ID] = true
	}
	return ids, err
}

// validators returns who voted on a block, in the order of its signatures: their
// keys.
func (r rpc) validators(ctx context.Context, height int64) ([]string, error) {
	var keys []string
	for page := 1; ; page++ {
		var answer struct {
			Validators []struct {
				Key struct {
					Value []byte `json:"value"`
				} `json:"pub_key"`
			} `json:"validators"`
			Total int `json:"total,string"`
		}
		params := map[string]any{"height": strconv.FormatInt(height, 10), "page": strconv.Itoa(page), "per_page": "100"}
		if err := r.call(ctx, "validators", params, &answer); err != nil {
			return nil, err
		}
		for _, v := range answer.Validators {
			keys = append(keys, string(v.Key.Value))
		}
		if len(keys) >= answer.Total || len(answer.Validators) == 0 {
			return keys, nil
		}
	}
}

// vote is one validator's signature of a block.
type vote struct {
	Flag int       `json:"block_id_flag"` // 2: for the block
	Time time.Time `json:"timestamp"`
}

func (r rpc) votes(ctx context.Context, height int64) ([]vote, error) {
	var answer struct {
		Signed struct {
			Commit struct {
				Signatures []vote `json:"signatures"`
			} `json:"commit"`
		} `json:"signed_header"`
	}
	err := r.call(ctx, "commit", map[string]any{"height": strconv.FormatInt(height, 10)}, &answer)
	return answer.Signed.Commit.Signatures, err
}
