using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Networks;

/// <summary>Which two signals meet at each synapse: what a rule hands over, and the gradient it stands for.</summary>
public sealed unsafe partial class LearningContext<T>
{
    private readonly Dictionary<Parameter<T>, NativeBuffer<T>> _gradients = [];
    private readonly List<Parameter<T>> _taught = [];
    private readonly (Signal<T> Post, Signal<T> Pre, T Coefficient)?[] _open;
    private readonly Dictionary<Parameter<T>, Parameter<T>> _taughtAlike = [], _twins = [];
    private readonly Dictionary<Parameter<T>, NativeBuffer<T>> _perturbed = [];
    private readonly DenseMap<T> _sides = new(threads: 1);
    private readonly bool[] _descended;
    private int[]? _small;
    private bool _finishing;

    /// <summary>Parameters that this step's credit changes, in the order in which the rule named them.</summary>
    internal List<Parameter<T>> Taught => _taught;

    /// <summary>
    /// δ_l meets what the layer read in the clean phase, at every layer: gradients δ_l' h_{l-1} / B, and mean δ_l for the biases; back
    /// through the normalization first where there is one, whose gain and shift learn too.
    /// </summary>
    public void LearnAll()
    {
        for (int l = 1; l <= Depth; l++)
        {
            if (!Layer(l).HasWeights && Layer(l).Normalization is null)
                continue;
            Clean.Normalization(l)?.Learn(this, _network.Normalization(l), Delta(l));
            if (Layer(l).HasWeights)
                LearnLast(l, AtSynapses(l), Clean.ReadBy(l), T.One);
        }
    }

    /// <summary>
    /// As <see cref="Learn(int, Signal{T}, Signal{T}, T)"/>, for the last that a rule says of a layer in a step. The signals stay as they
    /// are until the step ends, so that plain descent can move the weights in the product itself, without a gradient in between.
    /// </summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="post">[batch, units of l].</param>
    /// <param name="pre">[batch, inputs of l].</param>
    /// <param name="coefficient">Factor on the gradients.</param>
    public void LearnLast(int layer, Signal<T> post, Signal<T> pre, T coefficient)
    {
        RequireMeeting(layer, post, pre);
        if (!FuseDescent || !_maps[layer - 1].Descends)
        {
            Learn(layer, post, pre, coefficient);
            return;
        }
        Teach(Weights(layer));
        if (!Biases(layer).IsEmpty)
            Teach(Biases(layer));
        _open[layer - 1] = (post, pre, coefficient);
    }

    /// <summary>Whether the optimizer is plain descent, which needs no gradient of its own.</summary>
    internal bool FuseDescent { get; set; }

    /// <summary>p ← (1 − λ) p − η g in the product that makes g, where the layer's last pair is still open.</summary>
    /// <returns>Whether it was.</returns>
    internal bool Descend(Parameter<T> parameter, double rate)
    {
        Parameter<T> source = _taughtAlike.GetValueOrDefault(parameter, parameter);
        if (!IsOpen(source))
            return false;
        if (parameter == source && _descended[source.Layer - 1])
            return true;
        (Signal<T> post, Signal<T> pre, T coefficient) = _open[source.Layer - 1]!.Value;
        T perSample = T.CreateChecked(-rate) * coefficient / T.CreateChecked(Batch);
        T keep = T.CreateChecked(1 - parameter.Decay);
        if (source == Weights(source.Layer))
        {
            if (pre.Sparse is { } set && _maps[source.Layer - 1].MeetsSets)
            {
                if (parameter != source || keep != T.One)
                    return false;
                MeetSets(post, set, perSample, parameter.Turned(set.Features), set.Features, T.One);
            }
            else if (_finishing && post.Batch == 1)
                parameter.Defer(keep, perSample, post.Span, pre.Span, _threads);
            else
                _maps[source.Layer - 1].Meet(post, pre, perSample, parameter.Values, keep);
            return true;
        }
        if (keep != T.One)
            TensorPrimitives.Multiply(parameter.Values, keep, parameter.Values);
        _maps[source.Layer - 1].MeetBiases(post, perSample, parameter.Values, add: true);
        return true;
    }

    /// <summary>
    /// Layers whose products are too small to be split move their weights at once, a layer a thread, where together they are worth it. Large layers,
    /// single samples and sparse rows follow one by one.
    /// </summary>
    /// <param name="rate">A parameter's learning rate.</param>
    internal void DescendTogether(Func<Parameter<T>, double> rate)
    {
        if (_threads == 1 || Batch == 1 || Depth == 1)
            return;
        double work = 0;
        int count = 0;
        _small ??= new int[Depth];
        for (int l = 1; l <= Depth; l++)
        {
            double multiplyAdds = (double)Batch * Weights(l).Length;
            if (_open[l - 1] is not { } open || open.Pre.Sparse is not null || Weights(l).HasRates || Biases(l).HasRates || WorkSize.IsShared(_threads, multiplyAdds))
                continue;
            work += multiplyAdds;
            _small[count++] = l;
        }
        int threads = count < 2 ? 1 : WorkSize.Threads(_threads, work, 0);
        if (threads == 1)
            return;
        var job = new LayerDescents { Step = this, Rate = rate };
        Partitioner.For(count, 1, threads, ref job);
        for (int i = 0; i < count; i++)
            _descended[_small[i] - 1] = true;
    }

    private struct LayerDescents : IRangeJob
    {
        public LearningContext<T> Step;
        public Func<Parameter<T>, double> Rate;

        public readonly void Invoke(int piece, int begin, int end)
        {
            for (int i = begin; i < end; i++)
            {
                int layer = Step._small![i];
                Move(Step.Weights(layer));
                if (!Step.Biases(layer).IsEmpty)
                    Move(Step.Biases(layer));
            }
        }

        private readonly void Move(Parameter<T> parameter) => Step.Descend(parameter, Rate(parameter));
    }

    private bool IsOpen(Parameter<T> parameter) =>
        parameter.Layer >= 1 && parameter.Layer <= Depth && _open[parameter.Layer - 1] is not null && (parameter == Weights(parameter.Layer) || parameter == Biases(parameter.Layer));

    /// <summary>Makes the gradients of a layer whose last pair is open, because somebody asks for them.</summary>
    private void Close(Parameter<T> parameter)
    {
        if (!IsOpen(parameter))
            return;
        (Signal<T> post, Signal<T> pre, T coefficient) = _open[parameter.Layer - 1]!.Value;
        _open[parameter.Layer - 1] = null;
        Learn(parameter.Layer, post, pre, coefficient);
    }

    /// <summary>
    /// One pair of signals meets at layer l: gradient of W_l = post' pre / B, of b_l = mean post. Descent. It replaces what the layer was
    /// given before in this step: two pairs go into one call.
    /// </summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="post">[batch, units of l].</param>
    /// <param name="pre">[batch, inputs of l].</param>
    public void Learn(int layer, Signal<T> post, Signal<T> pre) => Learn(layer, post, pre, T.One);

    /// <summary>One pair of signals meets at layer l, times a coefficient. It replaces what the layer was given before in this step.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="post">[batch, units of l].</param>
    /// <param name="pre">[batch, inputs of l].</param>
    /// <param name="coefficient">Factor on the gradients.</param>
    public void Learn(int layer, Signal<T> post, Signal<T> pre, T coefficient)
    {
        RequireMeeting(layer, post, pre);
        T perSample = coefficient / T.CreateChecked(Batch);
        Meet(layer, post, pre, perSample, T.Zero);
        MeetBiases(layer, post, perSample, add: false);
    }

    /// <summary>
    /// Two pairs meet at layer l, as in contrastive rules: gradient of W_l = (c₁ post₁' pre₁ + c₂ post₂' pre₂) / B,
    /// of b_l = c₁ mean post₁ + c₂ mean post₂. Descent.
    /// </summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="first">Post- and presynaptic signal and coefficient of the first pair.</param>
    /// <param name="second">Post- and presynaptic signal and coefficient of the second pair.</param>
    public void Learn(int layer, (Signal<T> Post, Signal<T> Pre, T Coefficient) first, (Signal<T> Post, Signal<T> Pre, T Coefficient) second)
    {
        RequireMeeting(layer, first.Post, first.Pre);
        RequireMeeting(layer, second.Post, second.Pre);
        T perSample = T.One / T.CreateChecked(Batch);
        Meet(layer, first.Post, first.Pre, first.Coefficient * perSample, T.Zero);
        Meet(layer, second.Post, second.Pre, second.Coefficient * perSample, T.One);
        MeetBiases(layer, first.Post, first.Coefficient * perSample, add: false);
        MeetBiases(layer, second.Post, second.Coefficient * perSample, add: true);
    }

    /// <summary>One pair meets at a side tensor: gradient post' pre / B. Descent.</summary>
    /// <param name="parameter">[post's width, pre's width].</param>
    /// <param name="post">[batch, rows].</param>
    /// <param name="pre">[batch, columns].</param>
    public void Learn(Parameter<T> parameter, Signal<T> post, Signal<T> pre) =>
        Gemm.TN(post.Matrix, pre.Matrix, new MatrixSpan<T>(Gradient(parameter).Span, parameter.Rows, parameter.Columns), T.One / T.CreateChecked(Batch), T.Zero, _threads);

    /// <summary>
    /// Any number of pairs meet at a side tensor and its bias: gradients Σ c post' pre / B, and Σ c mean post for the bias. Descent.
    /// </summary>
    /// <param name="weights">[width of post, width of pre].</param>
    /// <param name="biases">[1, width of post], or null.</param>
    /// <param name="pairs">Post- and presynaptic signals with their coefficients.</param>
    public void Learn(Parameter<T> weights, Parameter<T>? biases, params ReadOnlySpan<(Signal<T> Post, Signal<T> Pre, T Coefficient)> pairs)
    {
        T perSample = T.One / T.CreateChecked(Batch);
        MatrixSpan<T> gradient = Gradient(weights).Matrix;
        for (int i = 0; i < pairs.Length; i++)
            Gemm.TN(pairs[i].Post.Matrix, pairs[i].Pre.Matrix, gradient, pairs[i].Coefficient * perSample, i == 0 ? T.Zero : T.One, _threads);
        LearnBiases(biases, perSample, pairs);
    }

    /// <summary>
    /// Any number of pairs meet at a tensor of the shape of W_l through which signals come down (<see cref="SendDown"/>), and at the biases
    /// of what it sends: gradients Σ c ∂⟨below, K' above⟩/∂K / B, and Σ c mean below for the biases. Descent.
    /// </summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">K, of the shape of W_l.</param>
    /// <param name="biases">A bias for each run of inputs that share one, such as a channel's; null for none.</param>
    /// <param name="pairs">[batch, inputs of l], [batch, units of l] and their coefficients.</param>
    public void LearnDown(int layer, Parameter<T> feedback, Parameter<T>? biases, params ReadOnlySpan<(Signal<T> Below, Signal<T> Above, T Coefficient)> pairs)
    {
        RequireFeedback(layer, feedback);
        T perSample = T.One / T.CreateChecked(Batch);
        for (int i = 0; i < pairs.Length; i++)
        {
            RequireMeeting(layer, pairs[i].Above, pairs[i].Below);
            _maps[layer - 1].Meet(pairs[i].Above, pairs[i].Below, pairs[i].Coefficient * perSample, Gradient(feedback).Span, i == 0 ? T.Zero : T.One);
        }
        LearnBiases(biases, perSample, pairs);
    }

    /// <summary>Biases get the mean of a signal: gradient mean post, a bias for each run of units that share one. Descent.</summary>
    /// <param name="biases">The biases.</param>
    /// <param name="post">[batch, units]; as many as there are biases, or a multiple.</param>
    public void LearnBiases(Parameter<T> biases, Signal<T> post) =>
        _sides.MeetBiases(post, T.One / T.CreateChecked(Batch), Gradient(biases).Span, add: false);

    private void LearnBiases(Parameter<T>? biases, T perSample, ReadOnlySpan<(Signal<T> Post, Signal<T> Pre, T Coefficient)> pairs)
    {
        for (int i = 0; i < pairs.Length && biases is not null; i++)
            _sides.MeetBiases(pairs[i].Post, pairs[i].Coefficient * perSample, Gradient(biases).Span, add: i > 0);
    }

    /// <summary>A side tensor gets the gradient and the learning rate of another parameter of its shape, with optimizer state of its own.</summary>
    /// <param name="parameter">The tensor to teach.</param>
    /// <param name="like">The parameter whose gradient it gets.</param>
    public void LearnLike(Parameter<T> parameter, Parameter<T> like)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(like);
        if (parameter.Length != like.Length)
            throw new ArgumentException($"{parameter} cannot learn like {like}: their sizes differ.", nameof(parameter));
        if (like.IsEmpty)
            return;
        // A single sample's pair makes both as cheaply as a gradient in between; a batch's product is made once.
        if (Batch > 1 || parameter.Rows != like.Rows)
            Close(like);
        Teach(parameter);
        parameter.LearningRateScale = like.LearningRateScale;
        _taughtAlike[parameter] = like;
        _twins[like] = parameter;
    }

    /// <summary>What a tensor learns like in this step; null if it has a gradient of its own.</summary>
    internal Parameter<T>? SourceOf(Parameter<T> parameter) => _taughtAlike.GetValueOrDefault(parameter);

    /// <summary>The tensor that was last said to learn like another; null for none.</summary>
    internal Parameter<T>? TaughtLike(Parameter<T> source) => _twins.GetValueOrDefault(source);

    /// <summary>
    /// Lets the optimizer move the parameters that were taught so far, in the middle of a step (rules that learn while they settle).
    /// </summary>
    public void ApplyUpdates()
    {
        Interruption?.Invoke();
        Apply?.Invoke(this);
        Release();
        ForgetUpdates();
    }

    /// <summary>
    /// The last <see cref="ApplyUpdates"/> of a step. Nobody holds the weights now, so that the descent of a single sample can wait for the
    /// next one's forward pass (<see cref="DeferredDescent{T}"/>).
    /// </summary>
    internal void Finish()
    {
        _finishing = true;
        try
        {
            ApplyUpdates();
        }
        finally
        {
            _finishing = false;
        }
        for (int l = 1; l <= Depth; l++)
            Clean.Normalization(l)?.Follow(_network.Normalization(l));
    }

    /// <summary>The optimizer.</summary>
    internal Action<LearningContext<T>>? Apply { get; set; }

    /// <summary>The gradient of a parameter in this step, for rules that compute it otherwise. Naming it here marks the parameter as taught.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>Its gradient, a row per row of the parameter, as left by the last step: write every number.</returns>
    public Signal<T> Gradient(Parameter<T> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Close(parameter);
        if (!parameter.IsEmpty)
            Teach(parameter);
        return DenseGradient(parameter);
    }

    /// <summary>A parameter moved by c times its present gradient until the result is disposed, which puts it back exactly.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="coefficient">c.</param>
    /// <returns>Put in a <c>using</c>.</returns>
    public Perturbation Perturb(Parameter<T> parameter, T coefficient)
    {
        Signal<T> direction = Gradient(parameter);
        if (!_perturbed.TryGetValue(parameter, out NativeBuffer<T>? saved))
            _perturbed[parameter] = saved = new NativeBuffer<T>(parameter.Length);
        parameter.Values.CopyTo(saved.Span);
        TensorPrimitives.MultiplyAdd(direction.Span, coefficient, parameter.Values, parameter.Values);
        return new Perturbation(parameter, saved);
    }

    /// <summary>Puts a perturbed parameter back.</summary>
    public readonly ref struct Perturbation
    {
        private readonly Parameter<T> _parameter;
        private readonly NativeBuffer<T> _saved;

        internal Perturbation(Parameter<T> parameter, NativeBuffer<T> saved)
        {
            _parameter = parameter;
            _saved = saved;
        }

        /// <summary>Restores the parameter's numbers.</summary>
        public void Dispose() => _saved.Span.CopyTo(_parameter.Values);
    }

    /// <summary>Adds c Σ_b y_b ⊗ x_b to a tensor of the shape of W_l at once, outside the optimizer (for a rule's own phases).</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="y">[batch, units of l].</param>
    /// <param name="x">[batch, inputs of l].</param>
    /// <param name="coefficient">c.</param>
    /// <param name="into">The tensor.</param>
    public void AddProduct(int layer, Signal<T> y, Signal<T> x, T coefficient, Parameter<T> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        _maps[layer - 1].Meet(y, x, coefficient, into.Values, T.One);
    }

    /// <summary>Subtracts from every unit its mean over the batch.</summary>
    /// <param name="signal">[batch, width], changed in place.</param>
    public void CenterColumns(Signal<T> signal)
    {
        Span<T> mean = Scratch("column mean", 0, _maximumWidth).Span[..signal.Width];
        mean.Clear();
        for (int b = 0; b < signal.Batch; b++)
            TensorPrimitives.Add(mean, signal.Row(b), mean);
        TensorPrimitives.Divide(mean, T.CreateChecked(signal.Batch), mean);
        for (int b = 0; b < signal.Batch; b++)
            TensorPrimitives.Subtract(signal.Row(b), mean, signal.Row(b));
    }

    /// <summary>The gradient that a taught parameter moves along.</summary>
    internal ReadOnlySpan<T> GradientOf(Parameter<T> parameter)
    {
        Parameter<T> source = _taughtAlike.GetValueOrDefault(parameter, parameter);
        Close(source);
        return DenseGradient(source).Span;
    }

    /// <summary>The gradient that a parameter was last given in any step, empty if it never was.</summary>
    internal ReadOnlySpan<T> LastGradientOf(Parameter<T> parameter)
    {
        Parameter<T> source = _taughtAlike.GetValueOrDefault(parameter, parameter);
        return _gradients.ContainsKey(source) || _setGradients.ContainsKey(source) ? DenseGradient(source).Span : default;
    }

    private void Meet(int layer, Signal<T> post, Signal<T> pre, T coefficient, T keep)
    {
        if (!Layer(layer).HasWeights)
            return;
        if (pre.Sparse is { } set && _maps[layer - 1].MeetsSets && !Weights(layer).HasRates)
            MeetSets(layer, post, set, coefficient, keep);
        else
            _maps[layer - 1].Meet(post, pre, coefficient, Gradient(Weights(layer)).Span, keep);
    }

    private void MeetBiases(int layer, Signal<T> post, T coefficient, bool add)
    {
        if (!Biases(layer).IsEmpty)
            _maps[layer - 1].MeetBiases(post, coefficient, Gradient(Biases(layer)).Span, add);
    }

    private void RequireMeeting(int layer, Signal<T> post, Signal<T> pre)
    {
        Layer geometry = Layer(layer);
        if (post.Width != geometry.Units.Size || pre.Width != geometry.Input.Size || post.Batch != pre.Batch)
        {
            throw new ArgumentException(
                $"[{post.Batch}, {post.Width}] and [{pre.Batch}, {pre.Width}] cannot meet at the weights of {geometry}; expected [{Batch}, {geometry.Units.Size}] and [{Batch}, {geometry.Input.Size}].");
        }
    }

    private void Teach(Parameter<T> parameter)
    {
        if (!_taught.Contains(parameter))
            _taught.Add(parameter);
    }

    private void ForgetUpdates()
    {
        _taught.Clear();
        _taughtAlike.Clear();
        _twins.Clear();
        Array.Clear(_open);
        Array.Clear(_descended);
    }

    private void DisposeUpdates()
    {
        foreach (NativeBuffer<T> buffer in _gradients.Values.Concat(_perturbed.Values))
            buffer.Dispose();
        foreach (SetGradient<T> gradient in _setGradients.Values)
            gradient.Dispose();
        _sides.Dispose();
    }
}
