using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace BioLearn.Studio;

/// <summary>Serves the page's own script, style and icon, which lie in the assembly; there is no path to the disk.</summary>
internal sealed class EmbeddedFiles(RequestDelegate next)
{
    private const string Prefix = "wwwroot.";

    private static readonly Assembly Own = typeof(EmbeddedFiles).Assembly;
    private static readonly FileExtensionContentTypeProvider Types = new();

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type, string Tag)> Files = Own.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => $"/{name[Prefix.Length..]}", Read, StringComparer.Ordinal);

    /// <summary>The text or bytes of a file of the page, for pages that are written to a folder.</summary>
    public static ReadOnlyMemory<byte> Bytes(string name) => Files[$"/{name}"].Bytes;

    public Task InvokeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value is "/_framework/blazor.web.js" ? "/blazor.web.js" : context.Request.Path.Value ?? "";
        if (!HttpMethods.IsGet(context.Request.Method) || !Files.TryGetValue(path, out var file))
            return next(context);
        var response = context.Response;
        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = file.Type;
        response.ContentLength = file.Bytes.Length;
        return response.Body.WriteAsync(file.Bytes).AsTask();
    }

    private static (byte[] Bytes, string Type, string Tag) Read(string name)
    {
        using var stream = Own.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, Types.TryGetContentType(name, out string? type) ? type : "application/octet-stream", $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
    }
}
