using System.Numerics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>
/// The activation φ of a layer, elementwise. Derivatives belong to the engine, never to a learning rule. Derive from this class for an
/// activation of your own, and <see cref="Register"/> it where saved models are loaded.
/// </summary>
[SavedForm(typeof(ActivationForm))]
public abstract class Activation
{
    private static readonly Activation[] Standard =
    [
        new LinearActivation(), new ReLUActivation(), new LeakyReLUActivation(), new TanhActivation(), new SigmoidActivation(), new HardSigmoidActivation(), new ShiftedSigmoidActivation(),
        new WideHardSigmoidActivation(),
    ];

    private static readonly Dictionary<string, Activation> Known = Standard.ToDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Names an activation.</summary>
    /// <param name="name">Stable name, under which saved models keep it.</param>
    protected Activation(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>φ(a) = a.</summary>
    public static Activation Linear => Standard[0];

    /// <summary>φ(a) = max(a, 0); φ'(0) = 0.</summary>
    public static Activation ReLU => Standard[1];

    /// <summary>φ(a) = a for a &gt; 0, else 0.01 a.</summary>
    public static Activation LeakyReLU => Standard[2];

    /// <summary>φ(a) = tanh a.</summary>
    public static Activation Tanh => Standard[3];

    /// <summary>φ(a) = 1 / (1 + exp(-a)).</summary>
    public static Activation Sigmoid => Standard[4];

    /// <summary>φ(a) = clip(a, 0, 1); the derivative is 1 on the closed interval, so that a unit at a bound can leave it.</summary>
    public static Activation HardSigmoid => Standard[5];

    /// <summary>φ(a) = 1 / (1 + exp(-4 (a - 1/2))): the sigmoid that equilibrium propagation uses (Ernoult et al. 2019).</summary>
    public static Activation ShiftedSigmoid => Standard[6];

    /// <summary>φ(a) = clip(a / 2, 0, 1): the hard sigmoid that equilibrium propagation uses in deep convolutional networks (Laborieux et al. 2021); the derivative is ½ on the closed interval.</summary>
    public static Activation WideHardSigmoid => Standard[7];

    /// <summary>The activations of the library.</summary>
    public static IReadOnlyList<Activation> All => Standard;

    /// <summary>Stable name, under which saved models keep it.</summary>
    public string Name { get; }

    /// <summary>The numbers that φ gives. Default: any.</summary>
    public virtual ActivityRange Range => ActivityRange.Any;

    /// <summary>Lets saved models and the command line name an activation of your own.</summary>
    /// <param name="activation">The activation.</param>
    public static void Register(Activation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        lock (Known)
            Known[activation.Name] = activation;
    }

    /// <summary>The activation of a name, capitals or not; null if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The activation.</returns>
    public static Activation? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (Known)
            return Known.GetValueOrDefault(name);
    }

    /// <summary>y = φ(a).</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">Receives the activities; may be the same memory.</param>
    public abstract void Apply<T>(ReadOnlySpan<T> a, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>signal = signal ⊙ φ'(a).</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">Pre-activations; empty where the caller has only activities, for activations whose derivative follows from them.</param>
    /// <param name="y">φ(a).</param>
    /// <param name="signal">Multiplied in place.</param>
    public abstract void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes φ as ONNX.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="input">Name of the tensor of pre-activations.</param>
    /// <returns>Name of the tensor of activities.</returns>
    /// <exception cref="NotSupportedException">The activation has no ONNX form.</exception>
    public virtual string WriteOnnx(IOnnxNodes writer, string input) =>
        throw new NotSupportedException($"The activation {Name} cannot be written as ONNX.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Calls a job with the vector kernel of the activation as its type argument.</summary>
    /// <returns>Whether there is such a kernel; activations from outside have none.</returns>
    internal virtual bool Use<T, TUse>(ref TUse use)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUse : struct, IActivationUse<T> => false;

    /// <summary>Whether fused kernels can take this activation.</summary>
    internal virtual bool HasKernel => false;
}
