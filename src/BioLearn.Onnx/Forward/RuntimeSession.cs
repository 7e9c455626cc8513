using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Forward;

/// <summary>Opens ONNX Runtime sessions on the device that the options name; the only place that knows its settings.</summary>
internal static class RuntimeSession
{
    private static readonly (ExecutionProvider Provider, string Name)[] Known =
    [
        (ExecutionProvider.Cuda, "CUDAExecutionProvider"),
        (ExecutionProvider.DirectML, "DmlExecutionProvider"),
        (ExecutionProvider.CoreML, "CoreMLExecutionProvider"),
    ];

    /// <summary>A session for a graph that this library wrote.</summary>
    /// <exception cref="OnnxModelException">The runtime refuses the graph.</exception>
    /// <exception cref="NotSupportedException">The native runtime lacks the execution provider.</exception>
    public static InferenceSession Open(ModelProto model, ExecutionOptions options, string? file)
    {
        byte[] bytes = model.ToByteArray();
        ExecutionProvider provider = Choose(options);
        if (provider == ExecutionProvider.Cpu) return Create(bytes, options, provider, file);
        try
        {
            return Create(bytes, options, provider, file);
        }
        catch (OnnxModelException e) when (options.FallbackToCpu || options.Provider == ExecutionProvider.Auto)
        {
            System.Diagnostics.Trace.TraceWarning($"{provider} cannot run the model, the CPU does: {e.Message}");
            return Create(bytes, options, ExecutionProvider.Cpu, file);
        }
    }

    private static InferenceSession Create(byte[] bytes, ExecutionOptions options, ExecutionProvider provider, string? file)
    {
        using var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Idle threads must not burn the CPU that decoding and the reversal need.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            Append(session, provider, options.DeviceId);
            return new InferenceSession(bytes, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"ONNX Runtime cannot run the model on {provider}: {e.Message}", file, inner: e);
        }
    }

    private static void Append(SessionOptions session, ExecutionProvider provider, int deviceId)
    {
        switch (provider)
        {
            case ExecutionProvider.Cuda: session.AppendExecutionProvider_CUDA(deviceId); break;
            case ExecutionProvider.DirectML:
                session.EnableMemoryPattern = false;
                session.AppendExecutionProvider_DML(deviceId);
                break;
            case ExecutionProvider.CoreML: session.AppendExecutionProvider("CoreML"); break;
        }
    }

    /// <summary>The execution provider that the options come to.</summary>
    /// <exception cref="NotSupportedException">The native runtime lacks it.</exception>
    public static ExecutionProvider Choose(ExecutionOptions options)
    {
        if (options.Provider == ExecutionProvider.Cpu) return ExecutionProvider.Cpu;
        string[] available = AvailableProviders();
        if (options.Provider == ExecutionProvider.Auto) return Known.Where(k => available.Contains(k.Name)).Select(k => k.Provider).FirstOrDefault(ExecutionProvider.Cpu);
        (ExecutionProvider provider, string name) = Known.First(k => k.Provider == options.Provider);
        if (available.Contains(name)) return provider;
        if (options.FallbackToCpu) return ExecutionProvider.Cpu;
        throw new NotSupportedException(
            $"the native ONNX Runtime of this application has no {provider} (it has {string.Join(", ", available)}). " +
            "Build the application with -p:OnnxRuntimePackage=Microsoft.ML.OnnxRuntime.Gpu (CUDA) or another package that has it, or set FallbackToCpu");
    }

    /// <summary>The execution providers compiled into the native runtime.</summary>
    /// <exception cref="NotSupportedException">The application brings no native ONNX Runtime.</exception>
    public static string[] AvailableProviders()
    {
        try
        {
            return OrtEnv.Instance().GetAvailableProviders();
        }
        catch (Exception e) when (e is DllNotFoundException || e is TypeInitializationException { InnerException: DllNotFoundException or EntryPointNotFoundException })
        {
            throw new NotSupportedException("the application brings no native ONNX Runtime: reference the package Microsoft.ML.OnnxRuntime (CPU) or Microsoft.ML.OnnxRuntime.Gpu", e);
        }
    }
}
