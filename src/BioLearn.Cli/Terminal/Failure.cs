using BioLearn.ML.Networks;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Reversal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Terminal;

/// <summary>Tells an error in one line if it is one that users can mend, and with its stack if it is ours.</summary>
internal static class Failure
{
    public static int Report(Exception error, IAnsiConsole console)
    {
        switch (error)
        {
            case CommandAppException { Pretty: { } pretty }:
                console.Write(pretty);
                return ExitCodes.Usage;
            case UsageException or CommandAppException:
                Line(console, error.Message);
                console.MarkupLine("[grey]Help: biolearn --help, biolearn COMMAND --help[/]");
                return ExitCodes.Usage;
            case DivergenceException or IOException or InvalidDataException or UnauthorizedAccessException or OnnxModelException or ReversalException or InvalidImageException or ModelDownloadException or NotSupportedException:
                Line(console, error.Message);
                return ExitCodes.Failure;
            case OutOfMemoryException:
                Line(console, "there is not enough memory for networks, batches or pictures of this size");
                return ExitCodes.Failure;
            case DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException }:
                Line(console, $"a native library is missing or cannot be loaded ({((error.InnerException as DllNotFoundException)?.Message ?? error.Message).Split('\n')[0]}): "
                    + "install the tool anew, with everything that came beside it");
                return ExitCodes.Failure;
            default:
                Line(console, "this should not happen; please report it");
                console.WriteLine(Printable.Visible(error.ToString(), lines: true));
                return ExitCodes.Failure;
        }
    }

    private static void Line(IAnsiConsole console, string message) => console.MarkupLine($"[red]error:[/] {Markup.Escape(Printable.Visible(message, lines: true))}");
}
