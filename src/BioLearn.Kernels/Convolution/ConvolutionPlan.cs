using System.Numerics;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// A convolution, or the adjoint of one, prepared for fixed sizes and weights that is run many times: the weights are rearranged for the processor
/// when they are first needed. Several threads may use one plan at once.
/// </summary>
/// <remarks>
/// The result of a picture depends neither on the batch nor on the number of threads. It may differ from <see cref="Convolution2D"/>'s definition by rounding:
/// sums are taken in another order, stride-1 3×3 kernels use Winograd's minimal filtering, and a picture whose channels are nearly everywhere constant
/// (an unpooled current) is split into constants and exceptions.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class ConvolutionPlan<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConvolutionShape _shape;
    private readonly bool _adjoint;
    private readonly ReadOnlyMemory<T> _weights;
    private readonly GroupConvolution<T>[] _groups; // none where groups are computed a lane each

    private ConvolutionPlan(in ConvolutionShape shape, bool adjoint, ReadOnlyMemory<T> weights)
    {
        shape.Validate();
        WindowMath.Length(weights.Length, shape.WeightLength, nameof(weights));
        _shape = shape;
        _adjoint = adjoint;
        _weights = weights;
        _groups = GroupShape.IsFew<T>(shape, adjoint) ? [] : new GroupConvolution<T>[shape.Groups];
        var group = shape with { Channels = shape.Channels / shape.Groups, Filters = shape.Filters / shape.Groups, Groups = 1 };
        for (int g = 0; g < _groups.Length; g++)
            _groups[g] = new(group, adjoint, weights.Slice(g * group.WeightLength, group.WeightLength));
    }

    /// <summary>Prepares y = A x + bias, <see cref="Convolution2D.Forward"/>.</summary>
    /// <param name="shape">Sizes of the convolution.</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth]; when they change, call <see cref="Renew"/>.</param>
    /// <exception cref="ArgumentException">The number of weights does not fit the shape.</exception>
    public static ConvolutionPlan<T> Forward(in ConvolutionShape shape, ReadOnlyMemory<T> weights) => new(shape, false, weights);

    /// <summary>Prepares x = Aᵀ y, <see cref="Convolution2D.Adjoint"/>.</summary>
    /// <param name="shape">Sizes of the convolution whose adjoint this is: Height and Width are those of the result.</param>
    /// <param name="weights">Weights, [Filters, Channels / Groups, KernelHeight, KernelWidth]; when they change, call <see cref="Renew"/>.</param>
    /// <exception cref="ArgumentException">The number of weights does not fit the shape.</exception>
    public static ConvolutionPlan<T> Adjoint(in ConvolutionShape shape, ReadOnlyMemory<T> weights) => new(shape, true, weights);

    /// <summary>
    /// The weights have changed in their place: what was rearranged of them is rearranged anew, in the same memory, before it is used again. Nobody
    /// may run the plan meanwhile.
    /// </summary>
    public void Renew()
    {
        foreach (var group in _groups) group.Renew();
    }

    /// <summary>Elements of one input picture.</summary>
    public int InputLength => _adjoint ? _shape.OutputLength : _shape.InputLength;

    /// <summary>Elements of one output picture.</summary>
    public int OutputLength => _adjoint ? _shape.InputLength : _shape.OutputLength;

    /// <summary>Computes a batch.</summary>
    /// <param name="batch">Number of pictures.</param>
    /// <param name="input">Input pictures, [batch, channels, height, width].</param>
    /// <param name="bias">One number an output channel, or empty.</param>
    /// <param name="rectify">Whether negative outputs become 0.</param>
    /// <param name="output">Output pictures; overwritten.</param>
    /// <param name="threads">Threads that may work at once, the caller included.</param>
    /// <param name="ceiling">What greater outputs become (ReLU6: 6); null for none.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public void Run(int batch, ReadOnlySpan<T> input, ReadOnlySpan<T> bias, bool rectify, Span<T> output, int threads = 1, T? ceiling = null)
    {
        WindowMath.Positive(batch, nameof(batch));
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        WindowMath.Length(input.Length, (long)batch * InputLength, nameof(input));
        WindowMath.Length(output.Length, (long)batch * OutputLength, nameof(output));
        int channels = _adjoint ? _shape.Channels : _shape.Filters;
        if (!bias.IsEmpty) WindowMath.Length(bias.Length, channels, nameof(bias));
        threads = WorkSize.Threads(threads, (double)batch * _shape.MultiplyAdds * sizeof(T) / sizeof(float), (double)batch * (_shape.InputLength + _shape.OutputLength) * sizeof(T));
        fixed (T* from = input, offset = bias, to = output)
        {
            if (_groups.Length == 0)
            {
                fixed (T* weights = _weights.Span)
                    SmallGroups<T>.Run(_shape, _adjoint, batch, from, weights, offset, rectify, to, threads);
                if (ceiling is { } most) PlaneEpilogue.Cut(output.Length, most, to);
                return;
            }

            var job = new Job { Owner = this, Input = from, Bias = offset, Floor = rectify ? T.Zero : T.NegativeInfinity, Ceiling = ceiling ?? T.PositiveInfinity, Output = to };
            // Whole pictures to threads where there are several; else the threads share the one picture.
            int pictures = Math.Min(batch, threads);
            job.Threads = pictures == 1 ? threads : 1;
            Partitioner.For(batch, (batch + pictures - 1) / pictures, pictures, ref job);
        }
    }

    /// <summary>Frees the rearranged weights.</summary>
    public void Dispose()
    {
        foreach (var group in _groups) group.Dispose();
    }

    private struct Job : IRangeJob
    {
        public ConvolutionPlan<T> Owner;
        public T* Input, Bias, Output;
        public T Floor, Ceiling;
        public int Threads;

        public readonly void Invoke(int piece, int begin, int end)
        {
            int groups = Owner._groups.Length;
            for (int g = 0; g < groups; g++)
            {
                var group = Owner._groups[g];
                // The pictures of a batch follow each other; with several groups their planes do not, and each picture is its own call.
                T* input = Input + (nint)begin * Owner.InputLength + (nint)g * group.InputLength;
                T* output = Output + (nint)begin * Owner.OutputLength + (nint)g * group.OutputLength;
                T* bias = Bias == null ? null : Bias + g * group.OutputChannels;
                if (groups == 1)
                    group.Run(end - begin, input, bias, Floor, Ceiling, output, Threads);
                else
                {
                    for (int n = 0; n < end - begin; n++)
                        group.Run(1, input + (nint)n * Owner.InputLength, bias, Floor, Ceiling, output + (nint)n * Owner.OutputLength, Threads);
                }
            }
        }
    }
}
