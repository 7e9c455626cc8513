using System.Runtime.InteropServices;
using TorchSharp;

namespace BioLearn.Benchmarks.Torch;

/// <summary>
/// TorchSharp, the peer library. <see cref="Load"/> comes before anything else touches TorchSharp: a type initializer
/// that failed once fails for ever.
/// </summary>
internal static class TorchPeer
{
    /// <summary>Whether comparisons can run; otherwise our side is timed alone.</summary>
    public static bool IsAvailable { get; private set; }

    /// <summary>Versions and thread count, or why there is no peer.</summary>
    public static string Description { get; private set; } = "not loaded";

    /// <summary>Loads libtorch, repairing the one symbol that older Linux systems lack, and sets its threads.</summary>
    public static void Load(int threads)
    {
        string library = Path.Combine(AppContext.BaseDirectory, NativeName());
        string? problem = Probe(library);
        if (problem is not null && problem.Contains(LibstdcxxShim.MissingVersion, StringComparison.Ordinal))
        {
            LibstdcxxShim.Apply(library);
            problem = Probe(library);
        }
        if (problem is not null)
        {
            Description = $"none, TorchSharp cannot load here ({problem})";
            return;
        }
        Start(threads);
    }

    /// <summary>A copy of a vector as a tensor of its own type.</summary>
    public static torch.Tensor Vector<T>(T[] values)
        where T : unmanaged => values switch
        {
            float[] single => torch.tensor(single),
            double[] @double => torch.tensor(@double),
            _ => throw new NotSupportedException($"no tensor of {typeof(T)}"),
        };

    /// <summary>A copy of a row-major matrix as a tensor [rows, columns].</summary>
    public static torch.Tensor Matrix<T>(T[] values, int rows, int columns)
        where T : unmanaged => Vector(values).reshape(rows, columns);

    // A method of its own: compiling it resolves TorchSharp's types, which must not happen before the probe.
    private static void Start(int threads)
    {
        torch.set_num_threads(threads);
        torch.set_num_interop_threads(1);
        torch.set_grad_enabled(false);
        IsAvailable = true;
        Description = $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)} (libtorch {torch.__version__}), {threads} thread(s)";
    }

    // Null when the library loads, otherwise the loader's message.
    private static string? Probe(string library)
    {
        try
        {
            NativeLibrary.Load(library);
            return null;
        }
        catch (DllNotFoundException e)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
        catch (BadImageFormatException e)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    private static string NativeName() =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll"
        : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib"
        : "libLibTorchSharp.so";
}
