using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TlsTrust.RealClients.Clients;

/// <summary>Commands to a browser, answered one at a time: what Chromium's protocol and WebDriver BiDi have in common.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private int _lastId;

    public static async Task<DevTools> ConnectAsync(string url, CancellationToken cancellationToken)
    {
        DevTools tools = new();
        await tools._socket.ConnectAsync(new Uri(url), cancellationToken);
        return tools;
    }

    /// <summary>The answer with the command's number; events in between are passed over.</summary>
    public async Task<JsonNode> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken, string? session = null)
    {
        int id = ++_lastId;
        JsonObject command = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            command["sessionId"] = session;
        }

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, true, cancellationToken);
        while (true)
        {
            JsonNode message = await ReadAsync(cancellationToken);
            if (message["id"]?.GetValue<int>() == id)
            {
                return message;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonNode> ReadAsync(CancellationToken cancellationToken)
    {
        using MemoryStream whole = new();
        byte[] part = new byte[16384];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part.AsMemory(), cancellationToken);
            whole.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }
}
